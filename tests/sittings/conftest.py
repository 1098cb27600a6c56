from __future__ import annotations

import pytest

from tests.sittings.scene import Sat, a_sitting


@pytest.fixture
def sat(engine) -> Sat:
    return a_sitting(engine)
