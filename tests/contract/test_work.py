"""What durable work promises, on a SQLite file and on Postgres, in processes of their own: DBOS is one per process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.adapters.dbos_work import check_sqlite
from assistant.errors import StoreUnavailable
from tests import postgres

pytestmark = [pytest.mark.xdist_group("postgres")]

SCRIPT = """
import asyncio, sys, threading, time
from datetime import UTC, datetime, timedelta
from sqlalchemy import create_engine, text
from assistant.adapters.dbos_work import DbosWork
from assistant.adapters.sql.engine import address

def wait_for(done):
    until = time.monotonic() + 30
    while not done():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)

url, name, job, brand_id = sys.argv[1:]
work = DbosWork(url, name=name, brand_id=brand_id, dropped_after_s=0.3)
answered, woken, hanging = [], [], threading.Event()

def answer(mention_id):
    if job == "hang" and mention_id == "m0":
        hanging.set()
        time.sleep(600)
    if job == "stop":
        hanging.set()
        raise asyncio.CancelledError
    answered.append(mention_id)
    return ["r-" + mention_id]

work.start(answer=answer, deliver=woken.append)
if job == "carry out":
    work.put({"m0": 1, "m1": 3, "m2": 2})
    work.put({"m0": 1, "m1": 3})
    wait_for(lambda: len(woken) == 3)
    work.put({"m2": 1})
    time.sleep(0.5)
    print(sorted(answered), sorted(woken))
    wait_for(lambda: work.forget(finished_before=datetime.now(UTC) + timedelta(minutes=1)) == 3)
    print("forgotten", work.forget(finished_before=datetime.now(UTC) + timedelta(minutes=1)))
elif job == "hang":
    work.put({"m0": 1})
    hanging.wait(30)
    print("hangs", flush=True)
    time.sleep(600)
elif job == "stop":
    work.put({"m0": 1})
    hanging.wait(30)
elif job == "stand by":
    print("stands by", flush=True)
    sys.stdin.read()
    print(answered, work.resume_lost(frozenset))
elif job == "lose sight":
    with create_engine(address(url)).begin() as connection:  # as if the engine's claim had got no answer
        table = "workflow_status" if url.startswith("sqlite") else "dbos.workflow_status"
        connection.execute(text(f"UPDATE {table} SET executor_id = '{name}' WHERE status = 'PENDING'"))
    print("at first", work.resume_dropped())
    wait_for(lambda: work.resume_dropped() == 1)
    wait_for(lambda: woken == ["r-m0"])
    print("after", answered, work.resume_dropped())
else:
    time.sleep(0.5)
    print("before", answered)
    alive = work.resume_lost(lambda names: frozenset())
    print("of the living", alive, "of the dead", work.resume_lost(frozenset))
    wait_for(lambda: woken == ["r-m0"])
    print("after", answered)
work.close()
"""


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        yield f"sqlite:///{tmp_path}/w.db" if request.param == "sqlite" else stack.enter_context(postgres.database())


def start(url: str, name: str, job: str, brand_id: str = "skylark") -> subprocess.Popen[str]:
    command, pipe = [sys.executable, "-c", SCRIPT, url, name, job, brand_id], subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def test_what_is_put_in_is_carried_out_once_and_forgotten_later(url: str) -> None:
    said, _ = start(url, "a", "carry out").communicate(timeout=90)
    assert said.splitlines() == ["['m0', 'm1', 'm2'] ['r-m0', 'r-m1', 'r-m2']", "forgotten 0"]


def test_what_a_killed_process_had_begun_is_carried_out_by_another(url: str) -> None:
    with start(url, "killed", "hang") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "hangs\n"
        first.kill()
    said, _ = start(url, "heir", "take over").communicate(timeout=90)
    assert said.splitlines() == ["before []", "of the living 0 of the dead 1", "after ['m0']"]


def test_what_was_cancelled_as_a_process_stopped_is_left_for_another_without_a_word(url: str) -> None:
    with start(url, "stopped", "stop") as first:
        said, complaints = first.communicate(timeout=20)
    assert (said, complaints, first.returncode) == ("", "", 0)
    said, _ = start(url, "heir", "take over").communicate(timeout=90)
    assert said.splitlines() == ["before []", "of the living 0 of the dead 1", "after ['m0']"]


def test_what_a_living_process_took_and_lost_sight_of_is_carried_out(url: str) -> None:
    with start(url, "killed", "hang") as first:
        assert first.stdout is not None
        assert first.stdout.readline() == "hangs\n"
        first.kill()
    said, _ = start(url, "heir", "lose sight").communicate(timeout=90)
    assert said.splitlines() == ["at first 0", "after ['m0'] 0"]


def test_another_brand_on_the_same_database_takes_none_of_it(url: str) -> None:
    with start(url, "other", "stand by", "meadow") as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "stands by\n"
        said, _ = start(url, "a", "carry out").communicate(timeout=90)
        assert said.splitlines() == ["['m0', 'm1', 'm2'] ['r-m0', 'r-m1', 'r-m2']", "forgotten 0"]
        with start(url, "killed", "hang") as killed:
            assert killed.stdout is not None
            assert killed.stdout.readline() == "hangs\n"
            killed.kill()
        assert other.communicate(timeout=30)[0] == "[] 0\n"


def test_versions_the_engine_cannot_start_on_are_refused_with_the_way_out() -> None:
    with pytest.raises(StoreUnavailable, match=r"SQLite 3\.40\.1 under Python 3\.12: install SQLite 3\.42 or newer"):
        check_sqlite((3, 12), (3, 40, 1))
    check_sqlite((3, 11), (3, 40, 1))
    check_sqlite((3, 12), (3, 42, 0))
