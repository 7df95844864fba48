"""An agent asks for another draft: the mention is thought about again, and a person decides on what comes of it."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from assistant.desk.allowed import is_deleted, under_way
from assistant.desk.bursts import again
from assistant.desk.channel_gate import held_to_rules
from assistant.desk.labels import refuse_unseen, rejected
from assistant.desk.staleness import bind_draft, version_of
from assistant.domain.audit import called
from assistant.domain.brand import Pack
from assistant.domain.conversation import ConversationDetail, TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition, Reason
from assistant.errors import (
    AlreadyHandled,
    IndexAway,
    InputInvalid,
    ModelUnavailable,
    NotAllowed,
    NotFound,
    StaleDraft,
)
from assistant.ports import Clock, Reading, Respond, Store

MAX_INSTRUCTION = 500


@dataclass(frozen=True)
class Asked:
    """A turn that may be drafted again, its message in its newest words, and what the agent wishes.

    `versions` says how often each message it speaks for had been changed.
    """

    turn_id: str
    mention: Mention
    instruction: str
    versions: Mapping[str, int]


async def redraft(
    turn_id: str, *, instruction: str, agent: str, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> TurnRecord:
    """As `draft_again`, of what `asked_for` raises where it can't be."""
    asked = await asyncio.to_thread(asked_for, turn_id, instruction=instruction, store=store, pack=pack)
    return await draft_again(asked, agent=agent, store=store, respond=respond, pack=pack, clock=clock)


async def draft_again(
    asked: Asked, *, agent: str, store: Store, respond: Respond, pack: Pack, clock: Clock
) -> TurnRecord:
    """Think about the turn's mention again, with the agent's wish, and keep the result as its newest turn.

    Never sent by itself: what would be answered automatically is for review. Raises `IndexAway` where nothing can be
    found, `ModelUnavailable` where nothing can be read; and where things changed while it was written, `StaleDraft` for
    other words of the message, and what `asked_for` raises.
    """
    (turn,) = await respond([asked.mention], instruction=asked.instruction or None)
    if Reason.EMBEDDER_AWAY in turn.route.reasons:
        raise ModelUnavailable("the model that reads meaning is away; what stands here stays, ask again in a while")
    if Reason.INDEX_AWAY in turn.route.reasons:
        raise IndexAway("the knowledge base can't be searched now; what stands here stays, ask again in a while")
    return await asyncio.to_thread(_keep, _for_a_person(turn), asked, agent=agent, store=store, pack=pack, clock=clock)


def asked_for(turn_id: str, *, instruction: str, store: Store, pack: Pack) -> Asked:
    """What is to be drafted again; the pipeline masks the message again.

    Raises `InputInvalid` for an instruction of more than `MAX_INSTRUCTION` characters, `NotFound`, `NotAllowed` for a
    draft that is audited blind or a message that was taken back, `AlreadyHandled` where a reply is on its way.
    """
    if len(instruction) > MAX_INSTRUCTION:
        raise InputInvalid(f"instruction: longer than {MAX_INSTRUCTION} characters; shorten it")
    with store.read() as look:
        record = look.turn(turn_id)
        refuse_unseen(record, Disposition.EDITED)
        detail = look.detail(record.conversation_id)
        mention = next(each for each in detail.mentions if each.id == record.turn.mention_id)
        mention = again(look, mention, record.turn.mention.merged)
        if mention.brand_id != pack.brand.id:
            raise NotFound("turn", turn_id)
        _refuse_settled(look, record, detail)
        versions = {each: version_of(look, each) for each in (mention.id, *mention.merged)}
    return Asked(turn_id, mention, instruction.strip(), versions)


def _refuse_settled(look: Reading, record: TurnRecord, detail: ConversationDetail) -> None:
    if is_deleted(look, record):
        raise NotAllowed("the customer deleted this message; ignore it")
    if (going_out := under_way(record, detail)) is not None:
        raise AlreadyHandled(record.conversation_id, called(going_out.approved_by or ""))


def _for_a_person(turn: Turn) -> Turn:
    if turn.route.decision is not Decision.AUTO_REPLY:
        return turn
    route = turn.route.model_copy(
        update={"decision": Decision.REVIEW, "reasons": (Reason.REDRAFT,), "certified": False}
    )
    return turn.model_copy(update={"route": route})


def _keep(turn: Turn, asked: Asked, *, agent: str, store: Store, pack: Pack, clock: Clock) -> TurnRecord:
    """What happened while it was written comes first: a colleague's reply, other words of the customer's."""
    at, before = clock(), asked.turn_id
    with store.begin() as tx:
        earlier = tx.turn(before)
        _refuse_settled(tx, earlier, tx.detail(earlier.conversation_id))
        if any(version_of(tx, each) != version for each, version in asked.versions.items()):
            raise StaleDraft(before, ("The message was edited.",))
        rejected(tx, before, why="another draft was asked for", by=agent, at=at)
        record = tx.add_turn(held_to_rules(tx, turn, at=at), at=at)
        bind_draft(tx, record, pack=pack, seen_all=True)
        conversation = tx.conversation(record.conversation_id)
        tx.save_conversation(conversation.model_copy(update={"updated_at": at}), seen_version=conversation.version)
        tx.append_audit(
            brand_id=turn.mention.brand_id,
            at=at,
            actor=agent,
            event="turn_redrafted",
            subject=record.id,
            facts={"conversation": record.conversation_id, "before": before, "drafted": turn.draft is not None},
        )
    return record
