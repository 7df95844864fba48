"""A busy brand's rows outgrow 32 bits within weeks; the store goes on."""

from contextlib import closing

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from assistant.adapters.sql.engine import address
from assistant.adapters.sql.store import SqlStore
from assistant.adapters.sql.tables import metadata
from tests import postgres
from tests.desk_builders import NOW, make_mention

pytestmark = pytest.mark.xdist_group("postgres")

_FULL = 2**31 - 1


def _count_from(url: str, number: int) -> None:
    """Every counter of the database goes on after `number`."""
    engine = sa.create_engine(address(url), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        counters = connection.execute(sa.text("SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"))
        for counter in counters.scalars().all():
            if counter.endswith("_sequence_seq"):
                connection.execute(sa.text(f"SELECT setval('{counter}', {number})"))
    engine.dispose()


def test_rows_are_counted_on_beyond_32_bits() -> None:
    with postgres.store_database() as url:
        _count_from(url, _FULL)
        with closing(SqlStore(url)) as store:
            with store.begin() as tx:
                tx.put_down([make_mention()], at=NOW)
            with store.begin() as tx:
                tx.take_in(make_mention("2"), at=NOW)
                tx.add_event(brand_id="skylark", kind="busy", conversation_id="", at=NOW)
            with store.read() as look:
                newest = look.events(brand_id="skylark", after=_FULL, limit=9)
                assert newest[-1].kind == "busy"


def test_postgres_has_the_columns_the_tables_describe() -> None:
    with postgres.store_database() as url:
        engine = sa.create_engine(address(url))
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []
        engine.dispose()
