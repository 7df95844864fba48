"""Hand-offs: written once an episode, with everything the next person needs; honest words where nobody is there yet."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from assistant.desk import variety
from assistant.desk.automation import stopped_for
from assistant.desk.replies import voiced
from assistant.desk.served import serving
from assistant.domain.audit import ASSISTANT
from assistant.domain.brand import Pack
from assistant.domain.calendars import is_open, opens_next
from assistant.domain.conversation import Conversation, ConversationDetail, ReplyState, TurnRecord
from assistant.domain.handoff import Handoff
from assistant.domain.knowledge import Passage
from assistant.domain.routing import Advice
from assistant.domain.spoken_times import day_and_time
from assistant.domain.strategy import Served, Strategy
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import REASON_SENTENCES, ClaimKind, Decision, Reason, Sensitivity
from assistant.gate import judge_text
from assistant.guardrails import disclosure
from assistant.guardrails.kinds import kind_of
from assistant.guardrails.sentences import split_sentences
from assistant.ports import Transaction

SAID_AGAIN_AFTER = timedelta(hours=24)
"""How long a customer who was told when we are back isn't told again."""
DAYS_BY_NAME = timedelta(days=6)
"""Who reads "Monday" thinks of the next one: a day that is later has its date."""
DEFAULT_STEP = "Read the thread, answer in it under your name, and say what happens next and by when."

_MAY_BE_TOLD = frozenset({Sensitivity.HUMAN_REQUEST, Sensitivity.BOT_QUESTION})
"""Only a wish to speak with somebody may be met by a machine's word; grief or danger never."""
_NOT_TOLD = frozenset(
    {
        Reason.EMBEDDER_AWAY,
        Reason.INJECTION,
        Reason.KILL_SWITCH,
        Reason.LANGUAGE,
        Reason.PERSONAL_DATA,
        Reason.SENSITIVE,
        Reason.STAGE_FAILED,
    }
)
_LEFT = frozenset({ReplyState.DUE, ReplyState.FAILED})
_UNHEARD = frozenset({ReplyState.HELD, ReplyState.WITHDRAWN})


def hand_off(
    tx: Transaction, record: TurnRecord, conversation: Conversation, *, pack: Pack, at: datetime
) -> Handoff | None:
    """Write the hand-off a conversation's decision asks for; None where it asks for none or one is open already.

    `conversation` is as it will be saved. Where the desk is closed the customer is told once when it opens. A turn that
    took it to another queue writes the open one anew, for those there.
    """
    if conversation.decision is not Decision.HANDOFF or not conversation.waits_for_person:
        return None
    before = tx.handoffs(conversation.id)
    if before and before[-1].closed_at is None:
        return _moved(tx, record, conversation, before[-1], pack=pack, at=at)
    expectation = _expectation(tx, record.turn, conversation, before, pack=pack, at=at)
    handoff = _written(tx, record, conversation, number=len(before) + 1, expectation=expectation, pack=pack, at=at)
    tx.save_handoff(handoff)
    if expectation is not None:
        key = f"holding:{handoff.number}"
        tx.enqueue(voiced(record, expectation, reply_id=_holding_id(handoff.id), key=key, at=at))
    facts = {
        "conversation": conversation.id,
        "turn": record.id,
        "queue": handoff.queue,
        "customer_told": expectation is not None,
    }
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=ASSISTANT, event="handed_off", subject=handoff.id, facts=facts)
    return handoff


def _moved(
    tx: Transaction, record: TurnRecord, conversation: Conversation, open_: Handoff, *, pack: Pack, at: datetime
) -> Handoff | None:
    route = record.turn.route
    if conversation.queue == open_.queue or (route.decision, route.queue) != (Decision.HANDOFF, conversation.queue):
        return None
    told = open_.expectation
    moved = _written(tx, record, conversation, number=open_.number, expectation=told, pack=pack, at=open_.at)
    tx.save_handoff(moved)
    facts = {"conversation": conversation.id, "turn": record.id, "from": open_.queue, "queue": moved.queue}
    event = "hand_off_moved"
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=ASSISTANT, event=event, subject=moved.id, facts=facts)
    return moved


def close_hand_off(tx: Transaction, conversation: Conversation, *, at: datetime) -> None:
    """End the open hand-off of a conversation that waits for nobody of ours; holding words not sent yet stay unsaid."""
    if conversation.waits_for_person:
        return
    for handoff in tx.handoffs(conversation.id):
        if handoff.closed_at is not None:
            continue
        tx.save_handoff(handoff.model_copy(update={"closed_at": at}))
        if handoff.expectation is None:
            continue
        said = tx.reply(_holding_id(handoff.id))
        if said.state in _LEFT:
            tx.save_reply(said.model_copy(update={"state": ReplyState.WITHDRAWN}))


def reopen_hand_off(tx: Transaction, conversation: Conversation) -> None:
    """What ended the last hand-off was taken back: the same one is open again, nothing fires twice."""
    before = tx.handoffs(conversation.id)
    asked = conversation.decision is Decision.HANDOFF and conversation.waits_for_person
    if before and before[-1].closed_at is not None and asked:
        tx.save_handoff(before[-1].model_copy(update={"closed_at": None}))


def _written(
    tx: Transaction,
    record: TurnRecord,
    conversation: Conversation,
    *,
    number: int,
    expectation: str | None,
    pack: Pack,
    at: datetime,
) -> Handoff:
    route = record.turn.route
    led = next((advice for advice in route.advice if advice.path == route.chart_path), None)
    return Handoff(
        id=f"{conversation.id}-h{number}",
        brand_id=conversation.brand_id,
        conversation_id=conversation.id,
        turn_id=record.id,
        number=number,
        summary=summary_of(record.turn, conversation),
        reasons=route.reasons,
        why=(*(REASON_SENTENCES[reason] for reason in route.reasons), *((led.why,) if led else ())),
        evidence=record.turn.evidence,
        promised=promised_in(tx.detail(conversation.id)),
        next_step=_next_step(serving(tx, record, pack=pack), led),
        queue=conversation.queue,
        due_at=conversation.due_at,
        expectation=expectation,
        at=at,
    )


def _next_step(by: Served, led: Advice | None) -> str:
    step = led.next_step if led else DEFAULT_STEP
    return f"Send them to the formal channel, {by.link}. {step}" if by.chosen is Strategy.FORMAL and by.link else step


def summary_of(turn: Turn, conversation: Conversation) -> str:
    """Who wrote where, what it seems to be about, how they feel, and their first words."""
    read = turn.understanding
    about = "Not understood" if read is None else (read.intent or "no known subject").replace("_", " ")
    mood = f", {read.sentiment.value}, {read.urgency.value} urgency, in {read.language}" if read else ""
    who = conversation.handle or "somebody"
    return f"{who} on {conversation.channel} ({conversation.visibility.value}): {about}{mood}. “{conversation.preview}”"


def promised_in(detail: ConversationDetail) -> tuple[str, ...]:
    """Sentences of ours, sent or on their way in this conversation, that promise something."""
    heard = [reply for reply in detail.replies if reply.state not in _UNHEARD or reply.sent_parts]
    said = (sentence for reply in heard for sentence in split_sentences(reply.text))
    return tuple(dict.fromkeys(sentence for sentence in said if kind_of(sentence) is ClaimKind.PROMISE))


def _expectation(
    tx: Transaction,
    turn: Turn,
    conversation: Conversation,
    before: Sequence[Handoff],
    *,
    pack: Pack,
    at: datetime,
) -> str | None:
    """When somebody is back, where nobody is there now and a machine may say so; gated like every text of ours."""
    calendar = pack.calendars.of(conversation.queue)
    wordings = pack.brand.voice.holding_closed
    if is_open(calendar, at) or not wordings or _told_lately(before, at):
        return None
    if stopped_for(tx.automation(pack.brand.id), turn) or not _may_be_told(turn, pack):
        return None
    opens = pack.brand.local(opens_next(calendar, at))
    when = day_and_time(opens, language=pack.brand.answers_in[0], dated=opens - at >= DAYS_BY_NAME)
    first = len(before) % len(wordings)
    said = [_gated(turn, each.format(opens=when), pack=pack) for each in wordings]
    texts = [text for text in (*said[first:], *said[:first]) if text is not None]
    return variety.first_unsaid(tx, texts, mention=turn.mention, policy=pack.automation, at=at)


def _gated(turn: Turn, wording: str, *, pack: Pack) -> str | None:
    """The wording with the disclosure it owes; None where the gate finds anything in it."""
    mention = turn.mention
    lapse = timedelta(hours=pack.brand.disclosure_lapse_hours)
    due = disclosure.due(mention, automated=True, lapse=lapse)
    language = turn.understanding.language if turn.understanding else pack.brand.answers_in[0]
    added = disclosure.text_for(pack, channel=mention.channel, language=language) if due else ""
    text = " ".join(part for part in (wording, added) if part)
    hours = Passage(id="calendar@1#0", article_id="calendar", version=1, title="Opening hours", text=wording)
    verdict = judge_text(text, passages=[hours], mention=mention, pack=pack, automated=True)
    return text if verdict.clean else None


def _may_be_told(turn: Turn, pack: Pack) -> bool:
    """Of whom, and in which language: that of the brand's voice, which has one."""
    read = turn.understanding
    if read is None or read.language != pack.brand.answers_in[0] or not _NOT_TOLD.isdisjoint(turn.route.reasons):
        return False
    return all(fired.category in _MAY_BE_TOLD for fired in read.sensitivity)


def _told_lately(before: Sequence[Handoff], at: datetime) -> bool:
    return any(handoff.expectation is not None and at - handoff.at < SAID_AGAIN_AFTER for handoff in before)


def _holding_id(handoff_id: str) -> str:
    return f"holding-{handoff_id}"
