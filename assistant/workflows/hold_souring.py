"""Puts automation on hold for a topic that suddenly upsets many, and tells whose ladder it is."""

from datetime import datetime

import structlog

from assistant.desk.automation import releases, stop
from assistant.domain.automation import LEAVE_ALONE
from assistant.domain.brand import Pack
from assistant.domain.centre import Rising
from assistant.domain.triage import QueueQuery, Sort, Triage, View
from assistant.insights.trends import rising_topics
from assistant.ports import Clock, Reading, Store
from assistant.workflows.watch import MOST_MENTIONS

log = structlog.get_logger()


def hold_souring(store: Store, *, pack: Pack, clock: Clock) -> tuple[str, ...]:
    """The topics put on hold now. What is drafted on them goes to people until somebody releases them."""
    if not pack.automation.hold_souring:
        return ()
    at, brand_id = clock(), pack.brand.id
    with store.read() as look:
        flows = look.flows(brand_id=brand_id, now=at, most=MOST_MENTIONS)
    topics = rising_topics(flows, {intent.id: intent.topic for intent in pack.intents}, most=len(pack.intents))
    soured = [topic for topic in topics if topic.souring]
    if not soured:
        return ()
    with store.begin() as tx:
        held = {hold.scope for hold in tx.automation(brand_id).holds}
        held |= {scope for scope, let_go in releases(tx, brand_id).items() if at - let_go < LEAVE_ALONE}
        fresh = [each for each in soured if each.topic not in held]
        for each in fresh:
            stop(
                tx,
                pack,
                scope=each.topic,
                why=_why(each),
                roll_back=False,
                conversation_id=_loudest(tx, pack, each.topic, at),
                at=at,
                team=pack.queues.by_topic.get(each.topic),
            )
    for each in fresh:
        log.warning("topic_held", topic=each.topic, recent=each.recent, upset=round(each.upset, 2))
    return tuple(each.topic for each in fresh)


def _why(topic: Rising) -> str:
    return f"{topic.recent} messages within an hour, {topic.upset:.0%} of them upset: far more than usual"


def _loudest(look: Reading, pack: Pack, topic: str, at: datetime) -> str:
    """The waiting conversation on the topic that most people read; where none waits the newest that was dealt with."""
    if found := _firsts(look, pack, topic, view=View.WAITING, sort=Sort.REACH, at=at):
        return max(found, key=lambda card: card.reach).conversation.id
    dealt_with = (View.ROBOT, View.DONE, View.SNOOZED)
    found = [card for view in dealt_with for card in _firsts(look, pack, topic, view=view, sort=Sort.NEWEST, at=at)]
    return max(found, key=lambda card: card.conversation.updated_at).conversation.id if found else ""


def _firsts(look: Reading, pack: Pack, topic: str, *, view: View, sort: Sort, at: datetime) -> list[Triage]:
    """The first one of each intent of the topic."""
    asked = QueueQuery(brand_id=pack.brand.id, view=view, agent="", now=at, sort=sort)
    return [
        card
        for intent in pack.intents
        if intent.topic == topic
        for card in look.queue(asked.model_copy(update={"intent": intent.id}), limit=1)
    ]
