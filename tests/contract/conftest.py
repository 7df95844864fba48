"""The stores every contract is held against: SQLite in a file, and a real Postgres."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.ports import Store
from tests import postgres
from tests.stores import new_store


@pytest.fixture(params=["sqlite", "postgres"])
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    with ExitStack() as stack:
        opened = new_store() if request.param == "sqlite" else SqlStore(stack.enter_context(postgres.store_database()))
        yield opened
        opened.close()
