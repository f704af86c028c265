import pytest

from tests.bundle.worlds import write_world
from tests.conftest import once


@pytest.fixture(scope="session")
def bundle_world(shared):
    return once(shared / "bundle-world", write_world)
