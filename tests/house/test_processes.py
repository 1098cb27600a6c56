"""Every declared course is sound, named, and drawn in the docs as the service obeys it."""

import pytest

from config.labels import label
from scripts.processes import DRAWING, drawn, processes
from tenants.errors import Conflict

EVERY = processes()


@pytest.mark.parametrize("process", EVERY, ids=lambda process: process.key)
class TestProcess:
    def test_states_have_names_and_steps_have_articles(self, process):
        for state in process.all_states():
            assert label(process.states, state) != state and label(process.states, state, "en") != state
        assert all(step.article and step.name and step.name_en for step in process.steps)
        assert len(process.by_verb) == len(process.steps)

    def test_every_state_can_be_reached(self, process):
        reached = {step.target for step in process.steps if not step.sources}
        for _ in process.steps:
            reached |= {step.target for step in process.steps if step.target and reached & set(step.sources)}
        assert reached == set(process.all_states())

    def test_what_a_state_does_not_allow_is_refused_with_its_article(self, process):
        for step in process.steps:
            for state in set(process.all_states()) - set(step.sources):
                with pytest.raises(Conflict) as refused:
                    process.step(state, step.verb)
                assert refused.value.source == step.article
            for state in step.sources:
                assert process.step(state, step.verb) == (step.target or state)


def test_the_drawing_in_the_docs_is_current():
    assert DRAWING.read_text(encoding="utf-8") == drawn(), "run: python -m scripts.processes"
