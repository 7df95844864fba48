"""Sources are read when their time comes or somebody asks, by one process, and a failure is kept, not raised."""

import json
from datetime import timedelta

import pytest

from assistant.domain.brand import Pack
from assistant.domain.sources import Asker, KnowledgeSource, SourceFlag, Sync
from assistant.errors import InputInvalid, NotFound, SourceVanished
from assistant.ports import Store
from assistant.workflows.sync_sources import ask_for, source_states, sync_due, sync_now
from tests.desk_builders import NOW, SetClock, make_pack
from tests.stores import new_store


@pytest.fixture
def store() -> Store:
    return new_store()


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def pack() -> Pack:
    sources = (
        KnowledgeSource(name="help", address="https://brand.example", every_hours=2),
        KnowledgeSource(name="file", address="faq.csv"),
    )
    return make_pack().model_copy(update={"sources": sources})


def read(source: KnowledgeSource, sync: Sync) -> Sync:
    return sync.model_copy(update={"articles": 3, "added": (source.name,)})


def gone(source: KnowledgeSource, sync: Sync) -> Sync:
    raise SourceVanished(f"{source.address}: 404")


def refused(source: KnowledgeSource, sync: Sync) -> Sync:
    raise InputInvalid(f"{source.address}: 401; check the token")


def test_the_schedule_reads_what_is_due_and_only_that(pack: Pack, store: Store, clock: SetClock) -> None:
    (first,) = sync_due(pack=pack, store=store, clock=clock, read_into=read)
    assert (first.source, first.asker, first.added) == ("help", Asker.SCHEDULE, ("help",))
    assert sync_due(pack=pack, store=store, clock=clock, read_into=read) == []
    clock.now = NOW + timedelta(hours=2)
    assert len(sync_due(pack=pack, store=store, clock=clock, read_into=read)) == 1
    states = source_states(pack, store=store, clock=clock)
    assert [list(state.flags) for state in states] == [[], [SourceFlag.NEVER_READ]]


def test_what_is_asked_for_twice_is_read_once(pack: Pack, store: Store, clock: SetClock) -> None:
    asked = [ask_for("file", pack=pack, store=store, clock=clock, asker=asker) for asker in (Asker.API, Asker.WEBHOOK)]
    assert asked[0] == asked[1]
    assert source_states(pack, store=store, clock=clock)[1].waits
    done = sync_due(pack=pack, store=store, clock=clock, read_into=read)
    assert sorted(each.source for each in done) == ["file", "help"]
    with pytest.raises(NotFound):
        ask_for("none", pack=pack, store=store, clock=clock, asker=Asker.API)


def test_a_source_that_refuses_us_has_failed_and_not_vanished(pack: Pack, store: Store, clock: SetClock) -> None:
    sync_now("help", pack=pack, store=store, clock=clock, read_into=refused)
    assert source_states(pack, store=store, clock=clock)[0].flags == (SourceFlag.FAILED,)


def test_a_vanished_source_is_flagged_and_tried_again(pack: Pack, store: Store, clock: SetClock) -> None:
    done = sync_now("help", pack=pack, store=store, clock=clock, read_into=gone)
    assert (done.problem, done.went_well) == ("https://brand.example: 404", False)
    assert source_states(pack, store=store, clock=clock)[0].flags == (SourceFlag.VANISHED,)
    clock.now = NOW + timedelta(hours=2)
    assert sync_due(pack=pack, store=store, clock=clock, read_into=read)[0].went_well
    assert source_states(pack, store=store, clock=clock)[0].flags == ()
    with store.read() as look:
        kept = [json.loads(entry.facts) for entry in look.audit() if entry.event == "source_read"]
    assert [facts["went_well"] for facts in kept] == [False, True]
