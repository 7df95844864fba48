"""A source is flagged when it is stale, gone, cut off or partly read, and due when its interval has passed."""

from datetime import timedelta

import pytest

from assistant.domain.sources import (
    Asker,
    KnowledgeSource,
    SourceFlag,
    Sync,
    is_due,
    state_of,
)
from tests.desk_builders import NOW

HOURLY = KnowledgeSource(name="help", address="https://brand.example", every_hours=1)


def a_sync(*, hours_ago: float = 0.5, ended: bool = True, **more: object) -> Sync:
    started = NOW - timedelta(hours=hours_ago)
    finished = started if ended else None
    return Sync.model_validate(
        {
            "id": f"s{hours_ago}",
            "brand_id": "skylark",
            "source": "help",
            "asker": Asker.SCHEDULE,
            "asked_at": started,
            "started_at": started,
            "finished_at": finished,
            **more,
        }
    )


@pytest.mark.parametrize(
    ("syncs", "flags"),
    [
        ([], [SourceFlag.NEVER_READ]),
        ([a_sync()], []),
        ([a_sync(hours_ago=4)], [SourceFlag.STALE]),
        ([a_sync(problem="gone", vanished=True), a_sync(hours_ago=2)], [SourceFlag.VANISHED]),
        ([a_sync(problem="in use"), a_sync(hours_ago=9)], [SourceFlag.STALE, SourceFlag.FAILED]),
        ([a_sync(hours_ago=1.5, ended=False), a_sync(hours_ago=2)], [SourceFlag.CUT_OFF]),
        ([a_sync(unreadable=("page 3",))], [SourceFlag.PARTLY_READ]),
        ([a_sync(gone=("a", "b"), deleted=("a", "b"))], []),
        ([a_sync(gone=("a", "b"))], [SourceFlag.ARTICLES_GONE]),
        ([a_sync(source="another")], [SourceFlag.NEVER_READ]),
    ],
)
def test_what_is_wrong_is_flagged(syncs: list[Sync], flags: list[SourceFlag]) -> None:
    assert list(state_of(HOURLY, syncs, at=NOW).flags) == flags


def test_it_is_due_when_its_interval_has_passed() -> None:
    unscheduled = HOURLY.model_copy(update={"every_hours": None})
    assert is_due(state_of(HOURLY, [], at=NOW), at=NOW)
    assert not is_due(state_of(HOURLY, [a_sync()], at=NOW), at=NOW)
    assert is_due(state_of(HOURLY, [a_sync(hours_ago=1)], at=NOW), at=NOW)
    assert not is_due(state_of(unscheduled, [], at=NOW), at=NOW)


def test_when_it_was_read_to_its_end() -> None:
    state = state_of(HOURLY, [a_sync(problem="away"), a_sync(hours_ago=2)], at=NOW)
    assert state.read_at == NOW - timedelta(hours=2)
