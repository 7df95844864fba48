"""Answers owed, carried out by DBOS: one durable workflow per mention, on a SQLite file or on Postgres.

Rows stay the truth: a workflow holds ids only, and both of its steps look into the store before they do anything. The
engine runs a step at least once, so a step that was done already does nothing.
"""

import logging
import sqlite3
import sys
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from dbos import DBOS, DBOSConfig, DBOSPortableJSONSerializer, SetEnqueueOptions, SetWorkflowID
from sqlalchemy import make_url

from assistant.adapters.sql.engine import address
from assistant.adapters.sql.patience import connecting
from assistant.errors import StoreUnavailable
from assistant.ports.work import Answer, Deliver

APPLICATION = "assistant"
VERSION = "work-1"
"""Changes only where a workflow's steps do. Pending work of another version is carried out by nobody."""
QUEUE = "answers"
"""And the brand behind it."""
POLL_S = 0.1
"""How often the queue is looked at: throughput is at most the workflows at once divided by this."""
AT_ONCE = 32
"""Workflows one process runs at a time; what they think about is done in batches."""
ATTEMPTS = 10
"""Of a step that meets a broken database: with the doubling wait four minutes. Then the sweep takes over."""
DROPPED_AFTER_S = 5.0
"""Between the engine's claim and the first line of a workflow lie milliseconds, a second on a machine under load."""
LAST_BROKEN = (3, 42, 0)
"""DBOS fails to start on Python 3.12 and newer with an older SQLite than this."""


class DbosWork:
    """Satisfies `Work`. One per process: DBOS keeps its state in the process.

    `name` is this process start's own; what it had begun is given to others by that name. Brands on one database have
    queues of their own, as no worker knows another brand's pack. Raises `StoreUnavailable`.
    """

    def __init__(
        self,
        url: str,
        *,
        name: str,
        brand_id: str,
        dropped_after_s: float = DROPPED_AFTER_S,
        patience_s: float | None = None,
    ) -> None:
        self._queue = f"{QUEUE}-{brand_id}"
        where = address(url)
        if where.get_backend_name() == "sqlite":
            check_sqlite(sys.version_info[:2], sqlite3.sqlite_version_info)
            _prepare(Path(where.database or ""))
        self._config: DBOSConfig = {
            "name": APPLICATION,
            "system_database_url": make_url(where).render_as_string(hide_password=False),
            "application_version": VERSION,
            "executor_id": name,
            "serializer": DBOSPortableJSONSerializer(),  # waiting work stays readable after an upgrade, by people too
            "log_level": "ERROR",
            "console_log_level": "ERROR",
            "enable_otlp": False,
            "sys_db_pool_size": 8,
            "use_listen_notify": False,
            "run_migrations": True,
        }
        if patience_s is not None and where.get_backend_name() != "sqlite":
            self._config["db_engine_kwargs"] = {"creator": connecting(where, patience_s)}
        self._answer: Answer | None = None
        self._deliver: Deliver | None = None
        self._name = name
        self._dropped_after_s = dropped_after_s
        self._under_way: set[str] = set()
        self._idle_since: dict[str, float] = {}

    def start(self, *, answer: Answer, deliver: Deliver) -> None:
        self._answer, self._deliver = answer, deliver
        _log_with_the_others()
        DBOS(config=self._config)
        self._workflow = self._registered()
        try:
            DBOS.listen_queues([self._queue])
            DBOS.launch()
            DBOS.register_queue(
                self._queue, worker_concurrency=AT_ONCE, polling_interval_sec=POLL_S, on_conflict="always_update"
            )
        except Exception as broken:  # DBOS raises whatever its database raised
            DBOS.destroy()
            raise StoreUnavailable(f"the durable engine can't start: {broken}") from broken

    def put(self, mentions: Mapping[str, int]) -> None:
        for mention_id, priority in mentions.items():
            with SetWorkflowID(_workflow_id(mention_id)), SetEnqueueOptions(priority=priority):
                DBOS.enqueue_workflow(self._queue, self._workflow, mention_id)

    def resume_lost(self, dead: Callable[[Collection[str]], frozenset[str]]) -> int:
        begun = DBOS.list_workflows(status="PENDING", queue_name=self._queue, load_input=False, load_output=False)
        names = dead({each.executor_id for each in begun if each.executor_id})
        lost = [each.workflow_id for each in begun if each.executor_id in names]
        if lost:
            DBOS.resume_workflows(lost, queue_name=self._queue)
        return len(lost)

    def resume_dropped(self) -> int:
        """The engine takes work in a transaction; where its answer is lost, the work is this process's and nobody does
        it."""
        mine = DBOS.list_workflows(status="PENDING", executor_id=self._name, load_input=False, load_output=False)
        idle = {each.workflow_id for each in mine} - self._under_way
        now = time.monotonic()
        self._idle_since = {each: self._idle_since.get(each, now) for each in idle}
        dropped = sorted(each for each, since in self._idle_since.items() if now - since >= self._dropped_after_s)
        if dropped:
            DBOS.resume_workflows(dropped, queue_name=self._queue)
        for each in dropped:
            del self._idle_since[each]  # its time counts anew: it may end before the engine has written that down
        return len(dropped)

    def forget(self, *, finished_before: datetime, limit: int = 1000) -> int:
        finished = DBOS.list_workflows(
            status=["SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"],
            completed_before=finished_before.isoformat(),
            limit=limit,
            load_input=False,
            load_output=False,
        )
        if finished:
            DBOS.delete_workflows([each.workflow_id for each in finished])
        return len(finished)

    def close(self) -> None:
        DBOS.destroy(destroy_registry=True)

    def _registered(self) -> Callable[[str], None]:
        @DBOS.step(name="think", retries_allowed=True, max_attempts=ATTEMPTS, interval_seconds=0.5)
        def think(mention_id: str) -> list[str]:
            assert self._answer is not None  # noqa: S101  # start() set it
            return list(self._answer(mention_id))

        @DBOS.step(name="wake_outbox")
        def wake_outbox(reply_ids: list[str]) -> None:
            assert self._deliver is not None  # noqa: S101  # start() set it
            for reply_id in reply_ids:
                self._deliver(reply_id)

        @DBOS.workflow(name="answer_mention", max_recovery_attempts=1000)
        def answer_mention(mention_id: str) -> None:
            workflow_id = _workflow_id(mention_id)
            self._under_way.add(workflow_id)
            try:
                replies = think(mention_id)
                if replies:
                    wake_outbox(replies)
            finally:
                self._under_way.discard(workflow_id)

        return answer_mention


def _log_with_the_others() -> None:
    """The engine brings a handler of its own, in a form of its own, unless its logger has one."""
    engine = logging.getLogger("dbos")
    engine.setLevel(logging.ERROR)
    engine.handlers[:] = [logging.NullHandler()]
    engine.propagate = True


def check_sqlite(python: Sequence[int], sqlite: Sequence[int]) -> None:
    """Raises `StoreUnavailable` where the engine couldn't start on this pair of versions."""
    if tuple(python) >= (3, 12) and tuple(sqlite) < LAST_BROKEN:
        said = ".".join(map(str, sqlite))
        raise StoreUnavailable(
            f"the durable engine can't use SQLite {said} under Python {'.'.join(map(str, python))}: install SQLite "
            "3.42 or newer, run Python 3.11, or set ASSISTANT_DATABASE_URL to a Postgres database"
        )


def _workflow_id(mention_id: str) -> str:
    return f"answer:{mention_id}"


def _prepare(path: Path) -> None:
    """The file in WAL mode before the engine opens it: it keeps the mode it finds, and without WAL it is four times
    slower."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(path, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
    except (OSError, sqlite3.Error) as refused:
        raise StoreUnavailable(f"the durable engine's file {path} can't be used: {refused}") from refused
