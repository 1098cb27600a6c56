"""The walls tests ask foreign ids of every route themselves; their own requests are tried no further."""

from __future__ import annotations

import pytest

from tests.strangers import Client


@pytest.fixture(autouse=True)
def _plain(app: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Client, "engine", None)
