from datetime import date

import pytest
from sqlalchemy import func, select

from service.charter import queries
from service.charter.models import Charter, Duty, Unit
from service.charter.opening import furnish
from service.charter.overview import overview
from tenants.db import acting_for
from tenants.errors import Refused
from tenants.models import Tenant
from tenants.onboarding import Opening, open_tenant
from tests.factories import a_region, a_tenant

ON = date(2026, 3, 1)


def opened(engine, level="province", parent=None, **extra):
    code = a_region(engine)
    opening = Opening(code, f"测试{code}", level, code.lower(), parent.region_code if parent else None, extra)
    return open_tenant(engine, opening, furnish, on=date(2026, 2, 1), actor="test")


def charter(engine, tenant, on=ON):
    with acting_for(engine, tenant.id) as session:
        found = queries.in_force(session, on)
        assert found.text  # read while the session is open
        return found


def seen(engine, tenant, on=ON):
    return overview(tenant, charter(engine, tenant, on).text)


def test_m1_a_province_opens_with_the_seeds_eleven_units_in_order_and_forty_four_duties(engine):
    """Source: dossier 1.2 M1, 1.3."""
    found = seen(engine, opened(engine))
    assert [unit.name for unit in found.units] == [
        "省人力资源社会保障厅",
        "省发展改革委",
        "省民政厅",
        "省财政厅",
        "省商务厅",
        "省国税局",
        "省地税局",
        "省工商局",
        "省总工会",
        "团省委",
        "省妇联",
    ]
    assert len(found.duties) == 44
    assert found.differences == []
    assert [unit.name for unit in found.leads] == ["省人力资源社会保障厅"]
    assert found.text.template_version == "province-1"
    shared = [duty.code for duty in found.duties if len(duty.holders) > 1]
    assert shared == ["TX1", "TX2"]


def test_a_county_below_a_city_has_words_of_its_own(engine):
    province = opened(engine)
    city = opened(engine, "city", province)
    county = opened(engine, "county", city)
    assert seen(engine, county).text.rules["liaison_rank"] == "股级"
    assert seen(engine, city).text.conference_name == "市发展家庭服务业联席会议"


def test_the_charter_covers_the_whole_year_of_the_opening(engine):
    tenant = opened(engine)
    assert charter(engine, tenant, date(2026, 1, 1)).effective_from == date(2026, 1, 1)
    with pytest.raises(Refused):
        seen(engine, tenant, date(2025, 12, 31))


def test_a_co_led_city_opens_with_what_it_is_known_to_do(engine):
    """Source: dossier 2.4, 洛溪市."""
    tenant = opened(
        engine,
        effective_from="2020-06-01",
        reform="2018",
        conference_name="市促进家政服务业提质扩容局际联席会议",
        lead_units=["NDRC", "COM"],
        conveners=[{"unit": "NDRC", "post": "主任"}, {"unit": "COM", "post": "局长"}],
        office_director={"unit": "NDRC", "post": "副主任"},
        rules={"plenary_min": 10, "plenary_max": 12, "special_meeting": False, "supervision_levels": []},
    )
    found = seen(engine, tenant)
    assert [unit.key for unit in found.leads] == ["NDRC", "COM"]
    assert found.office_host is not None
    assert found.office_host.key == "NDRC"
    assert len(found.units) == 10
    assert found.text.rules["convener_count"] == 2
    assert found.text.rules["supervision_levels"] == []
    assert charter(engine, tenant).version == "2020版"
    assert {d.kind for d in found.differences} >= {"conference_name", "leads", "office_host", "posts", "rule"}


def test_a_county_of_merged_bureaus_names_who_inherits(engine):
    """Source: dossier 2.4, 禾丰县; a convener of the government itself."""
    units = [
        {"key": "HRSS", "name": "县人力资源和社会保障局", "category": "政府部门"},
        {"key": "COM", "name": "县经济信息化和商务局", "category": "政府部门"},
        {"key": "WOMEN_YOUTH", "name": "县妇联（团县委合署联络）", "category": "群团"},
    ]
    heirs = {"WOMEN": "WOMEN_YOUTH", "YOUTH": "WOMEN_YOUTH", "UNION": "HRSS", "CIVIL": "HRSS"}
    heirs |= {key: "COM" for key in ("NDRC", "FIN", "STAX", "LTAX", "AIC")}
    conveners = [{"unit": "GOV", "post": "省政府分管副县长"}]
    found = seen(engine, opened(engine, units=units, heirs=heirs, conveners=conveners))
    assert len(found.duties) == 44
    tx1 = next(duty for duty in found.duties if duty.code == "TX1")
    assert [(held.grade, held.joint) for held in tx1.holders] == [("lead", False)]
    convener = next(post for post in found.text.posts if post.role == "convener")
    assert (convener.unit, convener.organ, convener.name) == (None, "省政府", "分管副县长")


@pytest.mark.parametrize(
    ("extra", "sentence"),
    [
        ({"lead_units": ["EDU"]}, "牵头部门须是本级成员单位"),
        ({"lead_units": ["HRSS", "COM", "FIN"]}, "一个或两个牵头部门"),
        ({"office_host": "EDU"}, "办公室所在单位须是成员单位"),
        ({"units": [{"key": "HRSS", "name": "省人社厅", "category": "政府部门"}]}, "职责FG1"),
        ({"rules": {"plenary_min": 3}}, "不得大于"),
        ({"conveners": [{"unit": "GOV", "post": "副省长"}] * 6}, "召集人"),
    ],
)
def test_an_opening_that_would_be_no_charter_opens_nothing(engine, extra, sentence):
    with acting_for(engine, None) as outside:
        before = outside.scalar(select(func.count()).select_from(Tenant))
    with pytest.raises(Refused, match=sentence):
        opened(engine, **extra)
    with acting_for(engine, None) as outside:
        assert outside.scalar(select(func.count()).select_from(Tenant)) == before


def test_a_copy_is_untouched_by_what_another_tenant_makes_of_its_own(engine):
    one, other = a_tenant(engine, furnish=furnish), a_tenant(engine, furnish=furnish)
    with acting_for(engine, one.id) as session:
        assert {model: session.scalar(select(func.count()).select_from(model)) for model in (Charter, Unit, Duty)} == {
            Charter: 1,
            Unit: 11,
            Duty: 44,
        }
        mine = {unit.id for unit in queries.units(session, ON)}
    with acting_for(engine, other.id) as session:
        assert mine.isdisjoint(unit.id for unit in queries.units(session, ON))
