from collections.abc import Iterator

import pytest

from assistant.ports import Store
from tests.stores import new_store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()
