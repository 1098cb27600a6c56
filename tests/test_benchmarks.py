"""The benchmarks run: a slice too small to prove a claim, large enough to break when the product moves under it."""

import json
import subprocess
import sys


def test_every_claim_is_measured_beside_its_limit():
    command = [sys.executable, "-m", "benchmarks", "--quick", "--json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    rows = json.loads(done.stdout)["results"]
    assert {row["name"] for row in rows} == set("abcdefghij")
    for row in rows:
        assert row["value"] > 0 and row["limit"] > 0 and row["samples"] > 0, row
