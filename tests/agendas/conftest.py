import pytest

from tests.agendas.scene import Scene, a_scene


@pytest.fixture
def scene(engine) -> Scene:
    return a_scene(engine)
