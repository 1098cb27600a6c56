"""The divisions: the real catalogue, its odd corners, and the fictional province."""

import pytest

from config.catalogue import children_of, regions, subtree

SUFFIXES = ("自治县", "林区", "特区", "省", "市", "县", "区", "旗")


def real():
    return [region for region in regions().values() if not region.sample]


def sample():
    return [region for region in regions().values() if region.sample]


def short(name: str) -> str:
    return next((name.removesuffix(s) for s in SUFFIXES if name.endswith(s) and len(name) > len(s) + 1), name)


def test_the_real_catalogue_is_whole():
    assert len(real()) == 3212
    assert len(subtree("340000")) == 1 + 16 + 104
    assert [len(subtree(code)) for code in ("370000", "440000", "510000")] == [1 + 16 + 136, 1 + 21 + 122, 1 + 21 + 183]


def test_every_division_follows_its_parent():
    seen = set()
    for region in regions().values():
        assert region.parent_code is None or region.parent_code in seen
        seen.add(region.code)
    assert [region.code for region in subtree("340000")][:3] == ["340000", "340100", "340102"]


def test_the_odd_corners_are_there():
    assert {region.level for region in children_of("110000")} == {"county"}, "districts directly under a municipality"
    direct = [
        region
        for region in real()
        if region.level == "county" and region.parent_code and regions()[region.parent_code].type in ("省", "自治区")
    ]
    assert len(direct) == 32
    undivided = [region.name for region in real() if region.level == "city" and not children_of(region.code)]
    assert sorted(undivided) == sorted(["东莞市", "中山市", "儋州市", "嘉峪关市"])


def test_an_unknown_code_is_a_key_error_and_a_county_has_nothing_below():
    with pytest.raises(KeyError):
        subtree("000000")
    assert children_of("110101") == ()


def test_the_sample_is_a_province_of_12_cities_and_about_60_counties():
    levels = [region.level for region in sample()]
    assert levels.count("province") == 1 and levels.count("city") == 12 and 55 <= levels.count("county") <= 65
    assert len(subtree("990000")) == len(sample())


def test_the_sample_is_fictional_in_name_and_code():
    names = {region.name for region in real()}
    shorts = {short(name) for name in names}
    for region in sample():
        assert region.name not in names and short(region.name) not in shorts, region.name
        assert region.code.startswith("99")


def test_slugs_are_unique_and_the_codes_of_real_divisions():
    slugs = [region.slug for region in regions().values()]
    assert len(slugs) == len(set(slugs))
    assert all(region.slug == region.code for region in real())
    assert all(region.slug.isascii() and region.slug.isalpha() for region in sample())
    assert regions()["990000"].slug == "hengchuan" and regions()["990321"].slug == "hefeng"


def test_the_sample_has_a_direct_county_and_an_undivided_city():
    assert [region.name for region in children_of("990000") if region.level == "county"] == ["鸣泉市"]
    assert [r.name for r in sample() if r.level == "city" and not children_of(r.code)] == ["海若市"]
