"""Postgres hangs: it takes connections and never answers. Nobody waits for ever, and afterwards all is done once."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from assistant.adapters.sql.engine import address
from assistant.adapters.sql.patience import connecting
from assistant.adapters.sql.presence import PostgresPresence
from assistant.adapters.sql.store import SqlStore
from assistant.errors import StoreUnavailable
from tests import postgres
from tests.faults.field import Field
from tests.rigs.frozen import Proxy

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("postgres")]

PATIENCE_S = 2.0
"""Of every process here for one statement."""
LONG_S = 240
MENTIONS = [str(number) for number in range(30)]


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with postgres.store_database() as url, closing(Proxy(url)) as proxy:
        yield proxy


def test_a_statement_and_a_connection_end_in_time_and_work_goes_on(proxy: Proxy) -> None:
    with closing(SqlStore(proxy.url, patience_s=PATIENCE_S)) as store:
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match=r"said nothing.*work goes on"):
            _freeze_and_ask(proxy, store)
        with pytest.raises(StoreUnavailable, match=r"timeout expired.*work goes on"):
            store.check()
        assert time.monotonic() - began < 20
        proxy.thaw()
        store.check()


def test_whoever_led_leads_again_though_its_old_session_stands_on_the_server(proxy: Proxy) -> None:
    with closing(PostgresPresence(proxy.url, patience_s=PATIENCE_S)) as presence:
        assert presence.leads()
        proxy.freeze()
        with pytest.raises(StoreUnavailable):
            presence.dead([])
        proxy.thaw_for_new_ones()
        assert presence.dead([]) == frozenset()
        assert presence.leads()


def test_a_server_that_is_only_slow_says_so_itself(proxy: Proxy) -> None:
    with (
        closing(SqlStore(proxy.url, patience_s=PATIENCE_S)) as store,
        pytest.raises(StoreUnavailable, match="ASSISTANT_DATABASE_TIMEOUT_S"),
        store.begin() as tx,
    ):
        tx._connection.exec_driver_sql("SELECT pg_sleep(9)")


def test_who_broke_off_in_the_middle_of_a_message_keeps_no_lock() -> None:
    with postgres.database() as url, closing(connecting(address(url), 0.5)()) as cut:
        if cut.info.server_version < 170_000:
            pytest.skip("a server before version 17 has no limit for a transaction")
        cut.execute("SELECT pg_advisory_xact_lock(1, 2)")
        parsed = b"\0SELECT 1\0\0\0"
        os.write(cut.pgconn.socket, b"P" + (len(parsed) + 4).to_bytes(4, "big") + parsed)
        os.write(cut.pgconn.socket, b"B" + (9_000).to_bytes(4, "big") + b"and no more of its values")
        with closing(connecting(address(url), 20)()) as other:
            other.execute("SELECT pg_advisory_xact_lock(1, 2)")


@pytest.mark.parametrize("forgotten", [False, True])
def test_nothing_is_lost_or_doubled_while_the_database_hangs(proxy: Proxy, tmp_path: Path, *, forgotten: bool) -> None:
    """`forgotten`: connections from before the stall stay mute for ever, and their sessions stand on the server."""
    with Field(proxy.url, tmp_path, workers=2, patience_s=PATIENCE_S) as field:
        sender = field.post_mentions(MENTIONS, pause_s=0.2)
        field.wait_until(lambda: len(field.posts()) >= 8, seconds=LONG_S)
        for _ in range(2):
            proxy.freeze()
            _says_so(field.web)
            time.sleep(3 * PATIENCE_S)
            assert httpx.get(f"{field.web}/api/health", timeout=3).status_code == 200
            if forgotten:
                proxy.thaw_for_new_ones()
            else:
                proxy.thaw()
            field.wait_until(lambda: _is_ready(field.web), seconds=LONG_S)
        sender.join(timeout=LONG_S)
        field.wait_until(lambda: field.all_sent(len(MENTIONS)), seconds=LONG_S)
        field.check(MENTIONS)


def _freeze_and_ask(proxy: Proxy, store: SqlStore) -> None:
    with store.begin() as tx:
        proxy.freeze()
        tx.last_event()


def _says_so(web: str) -> None:
    answer = httpx.get(f"{web}/api/ready", timeout=15)
    assert answer.status_code == 503
    assert answer.json()["parts"]["store"].startswith("unusable: ")


def _is_ready(web: str) -> bool:
    return httpx.get(f"{web}/api/ready", timeout=15).status_code == 200
