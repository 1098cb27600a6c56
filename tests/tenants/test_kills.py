"""A slice of tests/campaign/kills.py: the whole of it is `python -m tests.campaign.kills`."""

from tests.campaign.kills import campaign, fresh


def test_nothing_is_lost_or_doubled_when_workers_are_killed():
    said: list[str] = []
    with fresh() as at:
        outcome = campaign(at, publications=24, kills=4, workers=1, seed=7, say=said.append)
    assert (outcome.faults, outcome.published, outcome.kills) == ([], 24, 4), said
