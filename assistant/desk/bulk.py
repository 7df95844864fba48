"""The same for many conversations at once, kept as one entry of the log, by which it is taken back as one."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from assistant.desk import triage
from assistant.domain.brand import Pack
from assistant.domain.triage import Triage
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState
from assistant.errors import Conflict, InputInvalid, NotAllowed, NotFound
from assistant.ports import Reading, Transaction

DONE, BACK = "done_to_many", "many_taken_back"


class Bulk(StrEnum):
    """What can be done to many."""

    ASSIGN = "assign"
    TAG = "tag"
    UNTAG = "untag"
    SNOOZE = "snooze"
    RESOLVE = "resolve"


class Before(Value):
    """What one of them was; a snooze that had ended counts as none."""

    state: ConversationState
    assignee: str
    snoozed_until: datetime | None


class DoneToMany(Value):
    """What was done to whom, by `agent`; `left` says why each other one stayed, `back` counts those put back."""

    action: Bulk
    value: str
    agent: str
    before: dict[str, Before]
    left: dict[str, str]
    back: int | None = None


def planned(look: Reading, keys: Sequence[str], action: Bulk, value: str) -> tuple[Bulk, tuple[str, ...]]:
    """What choosing the action means for these: a tag that all of them have is taken off, else put on who lacks it."""
    if action is not Bulk.TAG:
        return action, tuple(keys)
    word = triage.tag_of(value)
    lacking = tuple(key for key in keys if word not in look.triage(key).tags)
    return (Bulk.TAG, lacking) if lacking else (Bulk.UNTAG, tuple(keys))


def do(
    tx: Transaction,
    keys: Sequence[str],
    action: Bulk,
    value: str,
    *,
    entry: str,
    step: Callable[[str], object],
    agent: str,
    pack: Pack,
    at: datetime,
) -> DoneToMany:
    """Take the step with each of them; one that is settled, changed meanwhile or can't take it is left as it is.

    `entry` is the subject the log keeps it under.
    """
    before: dict[str, Before] = {}
    left: dict[str, str] = {}
    for key in keys:
        card = tx.triage(key)
        try:
            step(key)
        except (Conflict, NotAllowed, InputInvalid) as refusal:
            left[key] = str(refusal).replace(f"conversation {key}", "it")
            continue
        before[key] = Before(
            state=card.conversation.state, assignee=card.assignee, snoozed_until=_still_snoozed(card, at)
        )
    done = DoneToMany(action=action, value=value, agent=agent, before=before, left=left)
    facts = done.model_dump(mode="json", exclude={"agent", "back"})
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=agent, event=DONE, subject=entry, facts=facts)
    return done


def done_to_many(look: Reading, entry: str) -> DoneToMany:
    """What the log keeps under this subject. Raises `NotFound`."""
    entries = look.audit(subject=entry)
    begun = next((each for each in entries if each.event == DONE), None)
    if begun is None:
        raise NotFound("action", entry)
    back = next((json.loads(each.facts)["back"] for each in entries if each.event == BACK), None)
    return DoneToMany.model_validate({**json.loads(begun.facts), "agent": begun.actor, "back": back})


def take_back(tx: Transaction, entry: str, keys: Collection[str], *, agent: str, pack: Pack, at: datetime) -> int:
    """Put those of `keys` back that nobody touched since; how many. Raises `NotFound`, and `NotAllowed` the second
    time."""
    done = done_to_many(tx, entry)
    if done.agent != agent or done.back is not None:
        raise NotAllowed("this was taken back already" if done.agent == agent else f"{done.agent} did this")
    of = {key: was for key, was in done.before.items() if key in keys}
    back = sum(_put_back(tx, tx.triage(key), was, done, pack=pack, at=at) for key, was in of.items())
    facts: Mapping[str, object] = {"back": back}
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=agent, event=BACK, subject=entry, facts=facts)
    return back


def _put_back(tx: Transaction, card: Triage, was: Before, done: DoneToMany, *, pack: Pack, at: datetime) -> bool:
    """Whether it still stood as it was left, and is now as it was."""
    talk, agent = card.conversation, done.agent
    match done.action:
        case Bulk.ASSIGN if card.assignee == done.value:
            triage.assign(tx, talk.id, to=was.assignee, agent=agent, at=at)
        case Bulk.TAG | Bulk.UNTAG if (done.value in card.tags) is (done.action is Bulk.TAG):
            triage.tag(tx, talk.id, word=done.value, agent=agent, at=at)
        case Bulk.SNOOZE if talk.state is ConversationState.SNOOZED:
            triage.wake(tx, talk.id, agent=agent, at=at)
        case Bulk.RESOLVE if talk.state is ConversationState.RESOLVED:
            triage.reopen(tx, talk.id, agent=agent, pack=pack, at=at)
        case _:
            return False
    if done.action in {Bulk.SNOOZE, Bulk.RESOLVE} and was.snoozed_until is not None and was.snoozed_until > at:
        seen = tx.conversation(talk.id).version
        triage.snooze(tx, talk.id, until=was.snoozed_until, seen=seen, agent=agent, at=at)
    return True


def _still_snoozed(card: Triage, at: datetime) -> datetime | None:
    asleep = card.conversation.state is ConversationState.SNOOZED
    return card.snoozed_until if asleep and card.snoozed_until and card.snoozed_until > at else None


def fit(action: Bulk, value: str) -> str:
    """The value as it is kept. Raises `InputInvalid` where the action needs another."""
    if action in {Bulk.TAG, Bulk.UNTAG}:
        return triage.tag_of(value)
    if action is Bulk.SNOOZE and not value.strip():
        raise InputInvalid("snooze: say until when")
    return value.strip()
