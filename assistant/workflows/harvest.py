"""Turns that should have gone otherwise, or went well, as proposed cases."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from assistant.domain.brand import Pack
from assistant.domain.conversation import ReplyState, TurnRecord
from assistant.domain.wording import Edit
from assistant.errors import InputInvalid, NotFound
from assistant.evals.case import Case
from assistant.evals.harvest import good_case, harvest
from assistant.ports import Reading, Store

_EVERY_EDIT = 100_000
_OUT = frozenset({ReplyState.DUE, ReplyState.SENDING, ReplyState.SENT})


def harvest_good(turn_id: str, *, store: Store, pack: Pack) -> Case:
    """A turn whose reply was good, as a proposed case. Raises `NotFound`, and `InputInvalid` where it didn't go out as
    it was drafted, or somebody said that it was wrong.
    """
    with store.read() as look:
        record, label = _record(look, turn_id, pack), look.label(turn_id)
        replies = look.detail(record.conversation_id).replies
    if not any(reply.turn_id == turn_id and reply.state in _OUT for reply in replies):
        raise InputInvalid(f"turn {turn_id}: no reply of it went out")
    if label is not None and label.error:
        raise InputInvalid(f"turn {turn_id}: somebody said that its reply was wrong")
    return good_case(record)


def harvest_turn(turn_id: str, *, wrong: Sequence[str] = (), store: Store, pack: Pack) -> Case:
    """One turn as a proposed case. Raises `NotFound`, and `InputInvalid` where nothing is known to be wrong with it.

    What was pulled back is wrong in whatever it claimed, where nobody says better.
    """
    with store.read() as look:
        record = _record(look, turn_id, pack)
        gone = _is_gone(look, record)
        return harvest(record, edit=_edit_of(look, turn_id, pack), wrong=wrong, pulled_back=gone)


class Harvest(NamedTuple):
    """The cases that edits make, and how many edits were looked at."""

    cases: Sequence[Case]
    looked_at: int


def harvest_edits(*, since: datetime, store: Store, pack: Pack) -> Harvest:
    """Every edit since then that says something a rule can hold, the newest first."""
    cases: dict[str, Case] = {}
    looked_at = 0
    with store.read() as look:
        for edit in look.edits(brand_id=pack.brand.id, limit=_EVERY_EDIT):
            if edit.at < since:
                break
            looked_at += 1
            try:
                record = look.turn(edit.turn_id)
                case = harvest(record, edit=edit, pulled_back=_is_gone(look, record))
            except InputInvalid:
                continue  # taste alone: nothing a case could assert
            cases.setdefault(case.id, case)
    return Harvest(list(cases.values()), looked_at)


def _record(look: Reading, turn_id: str, pack: Pack) -> TurnRecord:
    record = look.turn(turn_id)
    if record.turn.mention.brand_id != pack.brand.id:
        raise NotFound("turn", turn_id)
    return record


def _is_gone(look: Reading, record: TurnRecord) -> bool:
    """Whether its reply was pulled back."""
    replies = look.detail(record.conversation_id).replies
    return any(each.turn_id == record.id and each.state is ReplyState.RECALLED for each in replies)


def _edit_of(look: Reading, turn_id: str, pack: Pack) -> Edit | None:
    return next(iter(look.edits(brand_id=pack.brand.id, turn_id=turn_id, limit=1)), None)
