"""What a reply binds the brand to: promises become tasks, offers are spent, in the transaction of the reply."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from assistant.domain.brand import Pack
from assistant.domain.commitments import Ledger, Offer, OfferSpend, Task, TaskState
from assistant.domain.conversation import Conversation, Reply
from assistant.domain.draft import Claim
from assistant.domain.vocabulary import ClaimKind
from assistant.errors import Conflict, InputInvalid, NotAllowed, NotFound
from assistant.guardrails import commitments
from assistant.guardrails.fact import FactKind
from assistant.guardrails.facts import facts_of
from assistant.ports import Reading, Transaction

_LATER_DAY = re.compile(
    r"\b(?:tomorrow|(?:mon|tues|wednes|thurs|fri|satur|sun)day|next|\d{1,2}(?:st|nd|rd|th))\b", re.IGNORECASE
)
_TODAY = re.compile(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
DEFAULT_DUE = timedelta(hours=24)
"""When a promise is due that nobody gave a time for, and whose conversation has none."""
FAR = timedelta(days=3_653)
"""Ten years."""


def ledger_of(look: Reading, conversation: Conversation, *, pack: Pack, at: datetime) -> Ledger:
    """Promises with an open task in this conversation, and current offers of its case with money left."""
    tasks = look.tasks(brand_id=pack.brand.id, conversation_id=conversation.id, state=TaskState.OPEN)
    intent = look.triage(conversation.id).intent or None
    known = pack.intent(intent)
    topic = known.topic if known else None
    allowed = [each for each in pack.offers if pack.goodwill.allows(each.id, intent=intent, topic=topic)]
    offers = [offer for offer in allowed if _left(look, offer, pack, at) >= offer.cost]
    return Ledger(
        promises=tuple(task.promise for task in tasks),
        offers=tuple(text for offer in offers for text in offer.wording),
    )


def left_of(look: Reading, offer: Offer, *, pack: Pack, at: datetime) -> float:
    """What an offer may still cost, in its currency; 0 where it isn't current."""
    return max(0.0, _left(look, offer, pack, at))


def _left(look: Reading, offer: Offer, pack: Pack, at: datetime) -> float:
    if not offer.is_current(pack.brand.day(at)):
        return 0.0
    return offer.budget - look.offer_spent(brand_id=pack.brand.id, offer_id=offer.id)


def refuse_giveaways(claims: Sequence[Claim]) -> None:
    """Raises `NotAllowed` where a sentence gives money or goods away that no offer covers: nobody can overrule that."""
    for claim in claims:
        offers = claim.kind is ClaimKind.OFFER and commitments.gives_away(claim.text)
        if not claim.supported and (offers or commitments.hands_over(claim.text)):
            raise NotAllowed(
                f"no approved offer with money left covers {claim.text!r}; use an offer's own wording, or add the "
                "offer to offers.yaml"
            )


def register(
    tx: Transaction, claims: Sequence[Claim], conversation: Conversation, *, pack: Pack, agent: str, at: datetime
) -> tuple[Task, ...]:
    """A task for every promise that neither a source nor a task stands behind yet, so that it exists before the reply.

    A promise said twice is one task. Due when the conversation is, if that lies ahead, else in a day; sooner where the
    promise names a sooner time.
    """
    due_at = conversation.due_at if conversation.due_at and conversation.due_at > at else at + DEFAULT_DUE
    promises = dict.fromkeys(claim.text for claim in claims if claim.kind is ClaimKind.PROMISE and not claim.supported)
    tasks = tuple(
        new_task(conversation, promise, owner=agent, due_at=min((due_at, *_named(promise, pack, at))), by=agent, at=at)
        for promise in promises
    )
    for task in tasks:
        add(tx, task)
    return tasks


def _named(promise: str, pack: Pack, at: datetime) -> Iterator[datetime]:
    """Moments ahead that a promise names: a span from now, or a time of today."""
    here = pack.brand.local(at)
    for fact in facts_of(promise):
        if fact.kind is FactKind.DURATION and (span := _span(fact.value)):
            yield at + span
        elif fact.kind is FactKind.TIME and not _LATER_DAY.search(promise):
            hour, minute = (int(part) for part in fact.value.lstrip("~").split(":"))
            named = here.replace(hour=hour, minute=minute, second=0, microsecond=0)
            if named > here:
                yield named.astimezone(at.tzinfo)
    if _TODAY.search(promise):
        yield here.replace(hour=23, minute=59, second=0, microsecond=0).astimezone(at.tzinfo)


def _span(value: str) -> timedelta | None:
    number, _, unit = value.rpartition(" ")
    minutes = {"min": 1, "workmin": 1, "day": 1440, "workday": 1440}.get(unit)
    return timedelta(minutes=float(number) * minutes) if minutes and number.replace(".", "").isdigit() else None


def new_task(conversation: Conversation, promise: str, *, owner: str, due_at: datetime, by: str, at: datetime) -> Task:
    """An open task; the same promise made twice at the same moment is one."""
    key = "\0".join((conversation.id, promise, at.isoformat()))
    return Task(
        id=f"t-{sha256(key.encode()).hexdigest()[:20]}",
        brand_id=conversation.brand_id,
        conversation_id=conversation.id,
        promise=promise,
        owner=owner,
        due_at=due_at,
        created_by=by,
        created_at=at,
    )


def refuse_over(due_at: datetime, *, at: datetime) -> None:
    """Raises `InputInvalid` for a moment that is over, or far away: a slip of the pen, as a promise is kept later."""
    if abs(due_at - at) > FAR:
        raise InputInvalid(
            f"due_at: {due_at.isoformat()} is more than ten years away; say when the promise will be kept"
        )
    if due_at < at:
        over, now = (f"{each.astimezone(UTC):%Y-%m-%d %H:%M} UTC" for each in (due_at, at))
        raise InputInvalid(f"due_at: {over} is over (it is {now}); say when the promise will be kept")


def add(tx: Transaction, task: Task) -> None:
    """Keep a task and its audit entry."""
    tx.add_task(task)
    _record(tx, task, "task_added", actor=task.created_by, at=task.created_at)


def add_once(tx: Transaction, task: Task) -> Task:
    """Keep it, unless the same promise of the same owner until the same moment is open already: then that one."""
    known = tx.tasks(brand_id=task.brand_id, conversation_id=task.conversation_id, state=TaskState.OPEN)
    same = next((each for each in known if _says(each) == _says(task)), None)
    if same is None:
        add(tx, task)
    return same or task


def _says(task: Task) -> tuple[str, str, datetime]:
    return task.promise, task.owner, task.due_at


def close(tx: Transaction, task_id: str, state: TaskState, *, brand_id: str, agent: str, at: datetime) -> Task:
    """Say that a task is done or cancelled; said again it stays as it is. Raises `NotFound`, `Conflict` where it was
    closed otherwise before.
    """
    task = tx.task(task_id)
    if task.brand_id != brand_id:
        raise NotFound("task", task_id)
    if task.state is state:
        return task
    if task.state is not TaskState.OPEN:
        raise Conflict(f"task {task_id} is {task.state.value} already")
    closed = task.model_copy(update={"state": state, "closed_at": at})
    tx.save_task(closed)
    _record(tx, closed, f"task_{state.value}", actor=agent, at=at)
    return closed


def spend(tx: Transaction, reply: Reply, *, pack: Pack, agent: str, at: datetime) -> tuple[OfferSpend, ...]:
    """Spend every offer whose wording stands in the reply, once a reply. Raises `NotAllowed` where money ran out."""
    text = commitments.normal(reply.text)
    spent: list[OfferSpend] = []
    for offer in pack.offers:
        if not any(commitments.normal(wording) in text for wording in offer.wording):
            continue
        made = OfferSpend(
            offer_id=offer.id,
            brand_id=pack.brand.id,
            conversation_id=reply.conversation_id,
            reply_id=reply.id,
            amount=offer.cost,
            by=agent,
            at=at,
        )
        affordable = _left(tx, offer, pack, at) >= offer.cost
        if tx.add_offer_spend(made):
            if not affordable:
                raise NotAllowed(f"the offer {offer.id!r} has expired or its budget is spent")
            spent.append(made)
    return tuple(spent)


def _record(tx: Transaction, task: Task, event: str, *, actor: str, at: datetime) -> None:
    facts = {"conversation": task.conversation_id, "owner": task.owner, "due_at": task.due_at.isoformat()}
    tx.append_audit(brand_id=task.brand_id, at=at, actor=actor, event=event, subject=task.id, facts=facts)
