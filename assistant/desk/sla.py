"""Keeps the clock of every conversation that waits for us, and tells somebody before a promise breaks."""

from datetime import datetime, timedelta

from assistant.desk.escalate import escalate, pass_on
from assistant.domain import sla
from assistant.domain.brand import Pack
from assistant.domain.calendars import CalendarRules
from assistant.domain.conversation import Conversation
from assistant.domain.escalation import EscalationKind
from assistant.domain.sla import SlaClock
from assistant.domain.value import Value
from assistant.ports import Clock, Store, Transaction

HELD_MINUTES = 60
"""How long a held automatic answer may wait for a person; chosen, not measured."""
LOOKS_AT_ONCE = 100
"""Clocks one pass of the sweep takes on; the rest waits for the next."""


def timed(
    tx: Transaction,
    conversation: Conversation,
    *,
    pack: Pack,
    at: datetime,
    due_at: datetime | None = None,
    escalate_to: str | None = None,
) -> Conversation:
    """The conversation as it will be saved, with the due time its clock says; the clock is kept.

    Waiting for a person of ours it runs; waiting for anything else it stands still. `due_at` is what a new message
    was promised: it starts a clock or brings a running one forward, and never pushes one back.
    """
    clock = tx.sla_clock(conversation.id)
    if not conversation.waits_for_person:
        if clock is not None and clock.running_since is not None:
            _keep(tx, sla.paused(clock, pack.calendars, at), pack)
        return conversation
    if clock is None or sla.is_over(clock, at):
        if due_at is None:
            return conversation
        clock = _started(conversation, pack, due_at=due_at, escalate_to=escalate_to, at=at)
    else:
        clock = sla.handed(sla.resumed(clock, at), pack.calendars, conversation.queue, at)
        clock = sla.tightened(clock, pack.calendars, due_at) if due_at is not None else clock
        clock = clock.model_copy(update={"escalate_to": escalate_to or clock.escalate_to})
    _keep(tx, clock, pack)
    return conversation.model_copy(update={"due_at": sla.due_at(clock, pack.calendars)})


def _started(
    conversation: Conversation, pack: Pack, *, due_at: datetime, escalate_to: str | None, at: datetime
) -> SlaClock:
    return sla.started(
        conversation.id,
        conversation.brand_id,
        queue=conversation.queue,
        due_at=due_at,
        escalate_to=escalate_to,
        rules=pack.calendars,
        at=at,
    )


def _keep(tx: Transaction, clock: SlaClock, pack: Pack) -> None:
    tx.save_sla_clock(clock, look_at=sla.next_look_at(clock, pack.calendars))


def restart(tx: Transaction, conversation: Conversation, *, at: datetime) -> datetime:
    """An answer that was on its way waits for a person: its clock runs again, and the sweep tells somebody at once.

    Returns when it breaks: what is left of the promise, counted by the wall clock. What an automatic answer never had
    is promised now, within `HELD_MINUTES`.
    """
    clock = tx.sla_clock(conversation.id)
    if clock is None or sla.is_over(clock, at):
        due_at = at + timedelta(minutes=HELD_MINUTES)
        always = CalendarRules()
        queue = conversation.queue
        clock = sla.started(
            conversation.id, conversation.brand_id, queue=queue, due_at=due_at, escalate_to=None, rules=always, at=at
        )
    running = sla.resumed(clock, at)
    left = timedelta(minutes=max(0.0, running.target_minutes - running.used_minutes))
    breaks_at = min(running.promised_by or at + left, at + left)
    fresh = {"warned": False, "breached": False, "promised_by": breaks_at}
    tx.save_sla_clock(running.model_copy(update=fresh), look_at=at)
    return breaks_at


class Swept(Value):
    """What one pass did: promises about to break, broken ones, escalations passed on to the next person."""

    warned: int = 0
    breached: int = 0
    passed_on: int = 0


def sweep(store: Store, *, pack: Pack, clock: Clock) -> Swept:
    """Tell the owner's backing before a promise breaks, and again when it did; each once.

    What nobody acknowledged goes on to the next person first.
    """
    at = clock()
    warned = breached = 0
    passed_on = pass_on(store, pack=pack, clock=clock)
    with store.read() as look:
        if not look.clocks_to_look_at(brand_id=pack.brand.id, now=at, limit=1):
            return Swept(passed_on=passed_on)
    with store.begin() as tx:
        for due in tx.clocks_to_look_at(brand_id=pack.brand.id, now=at, limit=LOOKS_AT_ONCE):
            breaks = sla.due_at(due, pack.calendars)
            is_late = breaks is not None and at >= breaks
            kind = EscalationKind.SLA_BREACHED if is_late else EscalationKind.SLA_AT_RISK
            escalate(tx, due.conversation_id, kind, team=due.escalate_to or due.queue, pack=pack, at=at)
            _keep(tx, due.model_copy(update={"warned": True, "breached": is_late}), pack)
            warned, breached = warned + (not is_late), breached + is_late
    return Swept(warned=warned, breached=breached, passed_on=passed_on)
