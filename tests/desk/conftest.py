from collections.abc import Iterator

import pytest

from assistant.adapters.memory_store import MemoryStore
from assistant.ports import Store


@pytest.fixture
def store() -> Iterator[Store]:
    opened = MemoryStore()
    yield opened
    opened.close()
