"""What every way of telling the living from the dead promises."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from assistant.adapters.sql.presence import FilePresence, PostgresPresence
from assistant.errors import StoreUnavailable
from assistant.ports import Presence
from tests import postgres

pytestmark = pytest.mark.xdist_group("postgres")

SCRIPT = """
import sys, time
from pathlib import Path
from assistant.adapters.sql.presence import FilePresence, PostgresPresence
where = sys.argv[1]
other = PostgresPresence(where) if where.startswith("postgres") else FilePresence(Path(where))
print(other.name, other.leads(), flush=True)
time.sleep(600)
"""

New = Callable[..., Presence]


@pytest.fixture(params=["files", "postgres"])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    with ExitStack() as stack:
        yield str(tmp_path / "running") if request.param == "files" else stack.enter_context(postgres.database())


@pytest.fixture
def new(where: str) -> Iterator[New]:
    opened: list[Presence] = []

    def new(brand_id: str = "") -> Presence:
        on_server = where.startswith("postgres")
        opened.append(
            PostgresPresence(where, brand_id=brand_id, absent_s=0)
            if on_server
            else FilePresence(Path(where), brand_id=brand_id)
        )
        return opened[-1]

    yield new
    for each in opened:
        each.close()


def test_the_living_are_told_from_those_who_left_and_those_who_never_were(new: New) -> None:
    one, two = new(), new()
    assert one.name != two.name
    assert one.dead({one.name, two.name, "nobody"}) == {"nobody"}
    two.close()
    assert one.dead({one.name, two.name}) == {two.name}


def test_each_brand_has_a_leader(new: New) -> None:
    first, second, other = new("skylark"), new("skylark"), new("meadow")
    assert (first.leads(), second.leads(), other.leads()) == (True, False, True)
    assert other.dead({first.name, second.name}) == frozenset()


def test_a_killed_process_is_dead_and_leads_no_longer(where: str, new: New) -> None:
    with subprocess.Popen([sys.executable, "-c", SCRIPT, where], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        name, leads = process.stdout.readline().split()
        peer = new()
        assert (leads, peer.leads(), peer.dead({name})) == ("True", False, frozenset())
        process.kill()
    deadline = 200
    while not peer.dead({name}) and deadline:
        deadline -= 1
    assert peer.dead({name}) == {name}
    assert peer.leads()
    assert peer.leads()


def test_a_process_whose_connection_was_cut_is_not_dead_yet_and_lives_on() -> None:
    with postgres.database() as url:
        cut, peer, hasty = PostgresPresence(url), PostgresPresence(url), PostgresPresence(url, absent_s=0)
        postgres.cut_connections(url)
        for each in (peer, hasty):
            with pytest.raises(StoreUnavailable):
                each.dead([cut.name])
        assert peer.dead([cut.name]) == frozenset()
        assert hasty.dead([cut.name]) == {cut.name}
        with pytest.raises(StoreUnavailable):
            cut.leads()
        assert cut.leads()
        assert hasty.dead([cut.name]) == frozenset()
        for each in (cut, peer, hasty):
            each.close()
