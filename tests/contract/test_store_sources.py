"""What every store promises of readings of sources."""

import pytest

from assistant.domain.sources import Asker, Sync
from assistant.ports import Store
from tests.desk_builders import NOW

pytestmark = pytest.mark.xdist_group("postgres")


def asked(name: str, *, brand_id: str = "skylark") -> Sync:
    return Sync(id=f"{brand_id}-{name}", brand_id=brand_id, source="help", asker=Asker.API, asked_at=NOW)


def test_one_begins_what_was_asked_for_once(store: Store) -> None:
    first = asked("one")
    started = first.model_copy(update={"started_at": NOW})
    with store.begin() as tx:
        assert tx.ask_sync(first)
        assert not tx.ask_sync(first)
        assert tx.start_sync(started)
        assert not tx.start_sync(started)
        assert not tx.start_sync(asked("never").model_copy(update={"started_at": NOW}))
    ended = started.model_copy(update={"finished_at": NOW, "gone": ("a",)})
    with store.begin() as tx:
        tx.finish_sync(ended)
    with store.read() as look:
        assert list(look.source_syncs("skylark")) == [ended]


def test_the_newest_comes_first_and_brands_are_apart(store: Store) -> None:
    with store.begin() as tx:
        for each in (asked("one"), asked("two"), asked("one", brand_id="other")):
            tx.ask_sync(each)
    with store.read() as look:
        assert [each.id for each in look.source_syncs("skylark")] == ["skylark-two", "skylark-one"]
