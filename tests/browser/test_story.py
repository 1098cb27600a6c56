"""The main story, click by click: the province looks, opens, downloads; a locality decides, works, publishes; the
province's figure moves."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import SignsIn, Site, serious

pytestmark = pytest.mark.browser


def downloaded(page: Page, link: str) -> bytes:
    with page.expect_download() as waiting:
        page.get_by_role("link", name=link).first.click()
    path = waiting.value.path()
    return path.read_bytes()


def test_the_province_sees_each_locality_opens_one_and_downloads_the_report(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("hengchuan-office")
    page.get_by_role("link", name="各地进度").first.click()
    expect(page.get_by_role("heading", name="各地进度")).to_be_visible()
    page.get_by_role("button", name="数从哪来").first.click()
    expect(page.get_by_text("算法").first).to_be_visible()
    page.keyboard.press("Escape")
    page.get_by_role("link", name="洛溪市").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("洛溪市")
    page.get_by_role("link", name="定期报告").first.click()
    page.locator("#f-period").select_option("2026Q3")
    page.get_by_role("button", name="冻结数据并起草").click()
    expect(page.get_by_text("已按最新数据起草")).to_be_visible()
    assert serious(page) == []
    pdf = downloaded(page, "下载 PDF")
    assert pdf.startswith(b"%PDF-")
    with zipfile.ZipFile(io.BytesIO(downloaded(page, "下载 Word"))) as file:
        text = file.read("word/document.xml").decode()
    assert "省人民政府" in text and "存在的突出问题" in text
    page.locator("article a, .lx-document a").first.click()
    expect(page.get_by_text("洛溪市").first).to_be_visible()


def _closed_out(page: Page, site: Site) -> str:
    """Numerator and denominator of the province's completion rate."""
    page.goto(site.url("hengchuan", "/board/?period=2026Q3"))
    return page.locator(".lx-figure").first.locator(".lx-figure-parts").inner_text()


def _decides_anew(office: Page, convener: Page, site: Site) -> None:
    """The office drafts another lead and a duty for it; the convener approves, and it holds from today."""
    office.goto(site.url("luoxi", "/charter/"))
    office.get_by_role("button", name="起草修订稿").click()
    office.get_by_role("link", name="确定牵头部门").click()
    office.get_by_label("市民政局").check()
    office.get_by_label("市发展改革委").uncheck()
    office.get_by_role("button", name="保存").click()
    expect(office.locator("main")).to_contain_text("已写入修订稿")
    office.get_by_role("link", name="职责分工").click()
    office.get_by_role("link", name="修改", exact=True).first.click()
    office.get_by_label("市民政局", exact=True).select_option("coordinate")
    office.get_by_role("button", name="保存").click()
    office.get_by_role("link", name="修改与审批").first.click()
    assert serious(office) == []
    office.get_by_label("修订依据").fill("2026年第3次全体会议议定")
    office.get_by_role("button", name="送审").click()
    expect(office.locator("main")).to_contain_text("待召集人批准")
    convener.goto(site.url("luoxi", "/charter/draft/changes"))
    expect(convener.locator("main")).to_contain_text("2026年第3次全体会议议定")
    convener.get_by_role("button", name="批准").click()
    expect(convener.locator("main")).to_contain_text("现行")
    office.goto(site.url("luoxi", "/charter/"))
    office.get_by_role("button", name="公开现行制度").click()
    expect(office.locator("main")).to_contain_text("已公开第 2 版")


def _ask_for_close_out(page: Page) -> str:
    """Progress is reported on the first open task that this unit may speak for, and its close-out asked; its address."""
    links = page.locator("tbody th a").evaluate_all("all => all.map(a => a.href)")
    for link in links:
        page.goto(link)
        if page.get_by_role("button", name="提交进展").count() and page.get_by_role("spinbutton").count():
            break
    page.get_by_role("spinbutton").fill("95")
    page.get_by_label("进展情况").fill("收尾材料已经整理完毕。")
    page.get_by_role("button", name="提交进展").click()
    expect(page.locator("main")).to_contain_text("收尾材料已经整理完毕。")
    page.get_by_label("完成情况和佐证材料").fill("任务已完成，佐证材料已报办公室。")
    page.get_by_role("button", name="申请销号").click()
    expect(page.locator("main")).to_contain_text("已申请销号")
    return page.url


def test_a_locality_decides_works_and_publishes_and_the_provinces_figure_moves(site: Site, signs_in: SignsIn) -> None:
    province = signs_in("hengchuan-office")
    before = _closed_out(province, site)

    office = signs_in("luoxi-office")
    _decides_anew(office, signs_in("luoxi-convener"), site)
    province.goto(site.url("hengchuan", "/board/luoxi/charter"))
    for _ in range(60):  # the worker delivers it
        if "第 2 版" in province.locator("main").inner_text():
            break
        province.wait_for_timeout(500)
        province.reload()
    expect(province.locator("main")).to_contain_text("牵头部门")
    expect(province.locator("main")).to_contain_text("第 2 版")

    unit = signs_in("luoxi-liaison")
    unit.goto(site.url("luoxi", "/tasks/?state=in_progress&sort=due"))
    task = _ask_for_close_out(unit)
    director = signs_in("luoxi-director")
    director.goto(task)
    director.get_by_text("已在书面办理，补录日期").click()
    director.get_by_label("收到申请的日期").fill("2026-09-20")
    director.get_by_label("核验日期").fill("2026-09-28")
    director.get_by_label("书面依据").fill("书面报告（2026年9月20日收文）")
    director.get_by_role("button", name="按书面日期确认销号").click()
    expect(director.locator("main")).to_contain_text("已销号")
    director.goto(site.url("luoxi", "/figures/2026Q3"))
    director.get_by_role("link", name="发布更正版").click()
    assert serious(director) == []
    director.get_by_role("button", name=re.compile("确认发布")).click()
    expect(director.locator("main")).to_contain_text("第 2 版")

    for _ in range(60):  # the worker delivers it
        if _closed_out(province, site) != before:
            break
        province.wait_for_timeout(500)
    assert _closed_out(province, site) != before


def test_a_task_is_listed_with_milestones_added_and_removed_in_place(site: Site, signs_in: SignsIn) -> None:
    page = signs_in("luoxi-office", 390)
    page.goto(site.url("luoxi", "/tasks/new"))
    page.get_by_label("牵头单位").select_option(index=1)
    page.get_by_role("button", name="列出该单位的职责").click()
    page.get_by_label("对应职责").select_option(index=1)
    page.get_by_label("工作任务").fill("建设家政服务信用平台")
    page.get_by_label("启动日").fill("2026-01-10")
    page.get_by_label("完成时限").fill("2026-12-10")
    page.get_by_label("第 1 个节点").first.fill("拟定方案")
    page.get_by_role("button", name="增加节点").click()
    expect(page.locator("#milestones .lx-row")).to_have_count(2)
    expect(page.locator("[id='f-milestones.1.title']")).to_be_focused()
    page.get_by_role("button", name="删除第 2 个节点").click()
    expect(page.locator("#milestones .lx-row")).to_have_count(1)
    page.locator("[id='f-milestones.0.due']").fill("2026-06-20")
    assert serious(page) == []
    page.get_by_role("button", name="列入台账").last.click()
    expect(page.get_by_text("任务已列入台账")).to_be_visible()
    expect(page.locator("#milestones")).to_contain_text("拟定方案")
