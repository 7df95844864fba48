"""Connections to a database server that wait so long for an answer and no longer."""

from collections.abc import Callable
from typing import Any, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from sqlalchemy import URL, create_engine

CONNECT_TIMEOUT_S = 5
TRANSACTIONS = 6
"""A transaction may take so many times what a statement may."""
KEPT_ALIVE = {"tcp_keepalives_idle": 60, "tcp_keepalives_interval": 10, "tcp_keepalives_count": 6}
"""Seconds, and tries: two minutes after a machine vanished its sessions end, not after the usual two hours."""
_HAS_LIMIT = 170_000
LATER_S = 1.0
"""By so much the server gives up first, where it works: then its own words say why."""

Row = TypeVar("Row")


class Patient(psycopg.Connection[Row]):
    """Waits `patience_s` seconds for the answer to one statement, then takes the connection for lost: neither the
    network's signs of life nor a server's own limit tell of one that was frozen. None waits for ever.
    """

    patience_s: float | None = None

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ANN401  # as above it
        patience_s = self.patience_s if timeout is None else timeout
        try:
            return super().wait(gen, interval, patience_s)
        except _WaitTimeout as silent:
            self.pgconn.finish()  # what it would say now belongs to nobody
            raise psycopg.OperationalError(f"the server said nothing for {patience_s:.0f} s") from silent

    @classmethod
    def to(cls, options: dict[str, Any], patience_s: float) -> Self:
        """A connection whose server gives up a statement after `patience_s`, and a transaction in which nobody says
        anything after twice that: what it had locked is free again though its process never hung up.

        Neither ends a transaction in the middle of a message that broke off, as long ones may. From version 17 on a
        server has a limit that does; an older one must see that the network is gone.
        """
        made = cls.connect(**options)
        made.patience_s = patience_s + LATER_S
        made.autocommit = True
        limits = {
            "statement_timeout": round(patience_s * 1000),
            "idle_in_transaction_session_timeout": round(patience_s * 2000),
            **KEPT_ALIVE,
        }
        if made.info.server_version >= _HAS_LIMIT:
            limits["transaction_timeout"] = round(patience_s * 1000 * TRANSACTIONS)
        made.execute("; ".join(f"SET {name} = {value}" for name, value in limits.items()))
        made.autocommit = False
        return made


def connecting(url: URL, patience_s: float) -> "Callable[[], Patient[Any]]":
    """Opens such a connection to `url`."""
    _, options = create_engine(url).dialect.create_connect_args(url)
    return lambda: Patient[Any].to({"connect_timeout": CONNECT_TIMEOUT_S, **options}, patience_s)


def wait_on(connection: object) -> None:
    """From now on it waits as long as it takes: a change of the schema may."""
    if isinstance(connection, Patient):
        connection.execute("SET LOCAL statement_timeout = 0")
        if connection.info.server_version >= _HAS_LIMIT:
            connection.execute("SET LOCAL transaction_timeout = 0")
        connection.patience_s = None
