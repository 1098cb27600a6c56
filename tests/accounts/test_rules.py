import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.catalogue import roles
from service.accounts.entrance import own_path
from service.accounts.passwords import NOBODY, matches, outdated, password_hash
from service.accounts.rules import check_password, check_roles, check_unit, checked_username
from tenants.errors import Refused

ADMINISTRATORS = {"SA", "SEC", "AUD"}


@pytest.mark.parametrize("password", ["short", "123456789", "1111111111", "aaaaabbbbb", "my-zhang.wei-1", "x" * 129])
def test_a_weak_password_is_refused_with_a_sentence(password):
    with pytest.raises(Refused) as refusal:
        check_password(password, "zhang.wei")
    assert refusal.value.field == "password"
    assert refusal.value.message.endswith("。")


def test_a_long_enough_password_stands():
    for password in ("correct-horse", "春风又绿江南岸明月何时", " spaces count "):
        check_password(password, "zhang.wei")


@pytest.mark.parametrize("text", ["", "ab", "张伟", "a b c", "-abc", "a" * 65, "a/b/c"])
def test_a_username_of_another_form_is_refused(text):
    with pytest.raises(Refused):
        checked_username(text)


def test_a_username_is_kept_in_small_letters():
    assert checked_username("  Zhang.Wei ") == "zhang.wei"


@given(st.sets(st.sampled_from(sorted(roles())), min_size=1), st.sets(st.sampled_from(sorted(roles()))))
def test_an_administrator_stands_alone_and_nobody_else_is_kept_apart(wanted, held):
    together = wanted | held
    allowed = len(together) == 1 or not together & ADMINISTRATORS
    if allowed:
        check_roles(wanted, held)
    else:
        with pytest.raises(Refused):
            check_roles(wanted, held)


@pytest.mark.parametrize("wanted", [[], ["XX"], ["OS", "XX"]])
def test_roles_that_are_none_are_refused(wanted):
    with pytest.raises(Refused):
        check_roles(wanted)


def test_a_role_that_speaks_for_a_unit_names_it():
    check_unit(["LI"], True)
    check_unit(["OS"], False)
    with pytest.raises(Refused):
        check_unit(["OS", "LI"], False)


def test_nobodys_hash_takes_as_long_as_anybodys():
    assert not outdated(NOBODY)
    assert NOBODY.split("$")[:4] == password_hash("x").split("$")[:4]
    assert not matches(None, "x")


@pytest.mark.parametrize(
    "target",
    [
        "",
        "//evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        "/\n/evil.example",
        "evil.example",
        "///evil.example",
        "http:/evil",
    ],
)
def test_a_target_elsewhere_leads_to_the_start(target):
    assert own_path(target) == "/"


@pytest.mark.parametrize("target", ["/", "/t/hengchuan/tasks?page=2&q=培训", "/t/a/board/"])
def test_a_target_of_ours_is_kept(target):
    assert own_path(target) == target
