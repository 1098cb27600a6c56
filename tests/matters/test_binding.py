"""What a consent is bound to: an edit voids exactly the consents that it touches. Pure."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from service.matters.binding import Passage, Text, bare, binds, bound, digest, is_editorial, still_binds, touches

DUTIES = ("CZ1", "RS3", "SW1", "GS2")
passages = st.builds(
    Passage,
    st.sampled_from(["设立专项资金", "免征三年", "办理登记", "组织培训", "加强监管"]),
    st.lists(st.sampled_from(DUTIES), max_size=2, unique=True).map(tuple),
)
texts = st.builds(Text, st.sampled_from(["题目甲", "题目乙"]), st.lists(passages, min_size=1, max_size=6).map(tuple))
scopes = st.frozensets(st.sampled_from(DUTIES), max_size=3)


def laid_before(text: Text, scope: frozenset[str]) -> list[object]:
    """What a unit with that scope was given to read, told without the code under test."""
    found: list[object] = [text.title]
    for passage in text.passages:
        mine = not scope or not passage.duties or any(duty in scope for duty in passage.duties)
        found += [(passage.text, frozenset(passage.duties))] if mine else []
    return found


@given(before=texts, after=texts, scope=scopes)
def test_an_edit_touches_a_consent_if_and_only_if_what_the_unit_was_given_differs(before, after, scope):
    differs = laid_before(before, scope) != laid_before(after, scope)
    assert touches(before, after, scope, scope) == differs
    assert (digest(before, scope) != digest(after, scope)) == differs


@given(text=texts, at=st.integers(0, 5), scope=scopes)
def test_a_passage_put_in_about_others_duties_voids_nobody_elses_consent(text, at, scope):
    fresh = Passage("另行规定", ("OTHER",))
    after = replace(text, passages=(*text.passages[:at], fresh, *text.passages[at:]))
    assert touches(text, after, scope, scope) == (not scope), "only who was asked about the whole text"


@given(text=texts, scope=scopes)
def test_a_consent_rests_on_the_passages_of_ones_duties_and_those_without_any(text, scope):
    for number, passage in enumerate(text.passages, 1):
        mine = not scope or not passage.duties or bool(scope & set(passage.duties))
        assert (number in bound(text, scope)) == mine == binds(passage, scope)


@given(text=texts, scope=scopes)
def test_who_is_asked_for_another_duty_is_asked_anew(text, scope):
    assert touches(text, text, scope, scope | {"NEW"}) and not touches(text, text, scope, scope)


@given(st.lists(texts, min_size=1, max_size=4), scopes)
def test_a_chain_of_texts_holds_if_no_material_step_touches_it(chain, scope):
    material = [(text, False) for text in chain]
    same = len({digest(text, scope) for text in chain}) == 1
    assert still_binds(material, scope) == same
    assert still_binds([(text, True) for text in chain], scope), "editorial steps void nothing"


words = st.text(st.sampled_from("设立专项资金免税三年1.5，。 、；0"), min_size=1, max_size=20)


@given(words)
def test_blanks_and_full_width_punctuation_are_editorial(word):
    before = Text("题目", (Passage(f"一字{word}"),))
    after = Text("题 目。", (Passage(f"一，字 {word}。"),))
    assert is_editorial(before, after) == (bare(f"一字{word}") == bare(f"一，字 {word}。"))
    assert is_editorial(before, before)


def editorial(one: str, other: str) -> bool:
    return is_editorial(Text("题目", (Passage(one),)), Text("题目", (Passage(other),)))


def test_what_changes_a_number_or_a_word_is_material_however_small():
    assert editorial("免征增值税，三年内有效", "免征增值税、三年内有效。")
    assert editorial("（一）设立资金", "(一) 设立资金")
    assert editorial("补贴１０元", "补贴10元"), "full-width digits are digits"
    assert not editorial("补贴1.5万元", "补贴15万元")
    assert not editorial("补贴1.5万元", "补贴1,5万元")
    assert not editorial("二、三年", "二三年")
    assert not editorial("不得收费", "得收费")
    assert not editorial("增长5%", "增长5")
    assert not editorial("增长-5", "增长5")
    assert not is_editorial(Text("题", (Passage("甲", ("CZ1",)),)), Text("题", (Passage("甲"),)))
    assert not is_editorial(Text("题", (Passage("甲"),)), Text("题", (Passage("甲"), Passage("。"))))
