"""A slice of tests/campaign/fuzz.py: the whole of it is `python -m tests.campaign.fuzz`."""

from tests.campaign.fuzz import fuzz


def test_no_generated_request_breaks_the_service(app):
    found = fuzz(app, examples=3, only_every=3)
    assert found.broken == {}
    assert found.statuses[200] and found.statuses[422]
