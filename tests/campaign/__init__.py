"""Long runs, one command each, not part of the ordinary suite: `python -m tests.campaign.kills`, `….fuzz`."""
