from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.audit import AuditEntry, first_break, linked
from tests.desk_builders import NOW

CHANGES: dict[str, object] = {
    "brand_id": "other",
    "at": NOW - timedelta(days=1),
    "actor": "mallory",
    "event": "approved",
    "subject": "t-9",
    "facts": '{"decision":"NO_REPLY"}',
    "previous_hash": "f" * 64,
    "hash": "f" * 64,
}


def chain(length: int) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for number in range(length):
        previous = entries[-1] if entries else None
        facts = {"number": number}
        entries.append(
            linked(previous, brand_id="skylark", at=NOW, actor="ann", event="sent", subject="t-1", facts=facts)
        )
    return entries


@given(length=st.integers(1, 8), at=st.integers(0, 7), change=st.sampled_from(sorted(CHANGES)))
def test_any_change_to_any_entry_shows(length: int, at: int, change: str) -> None:
    entries = chain(length)
    at %= length
    entries[at] = entries[at].model_copy(update={change: CHANGES[change]})
    assert first_break(entries) == at + 1


@given(length=st.integers(2, 8), at=st.integers(0, 6))
def test_a_missing_entry_shows(length: int, at: int) -> None:
    entries = chain(length)
    del entries[at % (length - 1)]
    assert first_break(entries) == at % (length - 1) + 2


def test_an_untouched_chain_holds() -> None:
    assert first_break(chain(5)) is None
    assert first_break([]) is None
