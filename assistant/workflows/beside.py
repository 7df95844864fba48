"""Beside another desk: people there find a draft with its evidence, and a conversation has one owner."""

import structlog

from assistant.desk.assign import close_assignment
from assistant.domain.audit import ASSISTANT
from assistant.domain.beside import NOTE, OWNER, PEOPLE, Place, note_of, reference_of
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.incoming import StoredPost
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState, Decision
from assistant.errors import ChannelRefuses
from assistant.ports import Beside, Clock, Reading, Store, Transaction

AT_ONCE = 20

log = structlog.get_logger()


class Noted(Value):
    """How many notes were written, and how many conversations given away with them."""

    notes: int = 0
    handed_over: int = 0


def write_notes(link: Beside, *, channel: str, store: Store, pack: Pack, clock: Clock) -> Noted:
    """Tell people at the other desk what they need for conversations that are theirs; each message once.

    In the place `draft` every message that wants an answer gets a note; in `tier_one` those a person has to see, whose
    conversation is handed over with it and stops waiting here; in `desk` none. Raises `ChannelUnavailable`: what was
    not written is tried again, and looked for at the desk first. Where the desk refuses a note for good, the
    conversation stays here.
    """
    if link.place is Place.DESK:
        return Noted()
    with store.read() as look:
        posts = look.posts_to_note(pack.brand.id, channel, limit=AT_ONCE)
        turns = {post.external_id: look.current_turn(post.mention_id) for post in posts if post.mention_id}
    notes = handed = 0
    for post in posts:
        record = turns.get(post.external_id)
        if record is None:
            continue
        with store.read() as look:
            wanted = _wanted(look, record, link.place)
        if wanted is None:
            continue
        if wanted and (note_id := _written(link, record, post)):
            notes += 1
            handed += _given_away(store, record, post, note_id, link.place, clock)
        else:
            with store.begin() as tx:
                _mark(tx, post, clock)
    return Noted(notes=notes, handed_over=handed)


def _wanted(look: Reading, record: TurnRecord, place: Place) -> bool | None:
    """Whether people must be told; None where that isn't decided yet."""
    if record.turn.route.decision is Decision.NO_REPLY:
        return False
    if place is Place.DRAFT:
        return True
    conversation = look.conversation(record.conversation_id)
    if conversation.waits_for_person:
        return True
    return None if conversation.state is ConversationState.PENDING else False


def _written(link: Beside, record: TurnRecord, post: StoredPost) -> str | None:
    reference = reference_of(record.id)
    try:
        note_id = link.find_note(reference, post) or link.note(note_of(record.turn, turn_id=record.id), post)
        if link.place is Place.TIER_ONE:
            link.hand_over(post)
    except ChannelRefuses as refused:
        log.warning("note_refused", turn_id=record.id, problem=str(refused))
        return None
    return note_id


def _given_away(store: Store, record: TurnRecord, post: StoredPost, note_id: str, place: Place, clock: Clock) -> bool:
    """The conversation waits here no longer, and a reply that still waits finds that it isn't ours."""
    at = clock()
    with store.begin() as tx:
        _mark(tx, post, clock)
        tx.save_post(post.model_copy(update={"address": {**post.address, OWNER: PEOPLE}}))
        conversation = tx.conversation(record.conversation_id)
        if conversation.waits_for_person:
            over = {"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at}
            saved = tx.save_conversation(conversation.model_copy(update=over), seen_version=conversation.version)
            close_assignment(tx, saved, at=at)
        event = "handed_over" if place is Place.TIER_ONE else "note_written"
        facts = {"turn": record.id, "conversation": record.conversation_id, "note": note_id}
        tx.append_audit(
            brand_id=post.brand_id, at=at, actor=ASSISTANT, event=event, subject=record.turn.mention_id, facts=facts
        )
    log.info(event, turn_id=record.id, channel=post.channel, note_id=note_id)
    return place is Place.TIER_ONE


def _mark(tx: Transaction, post: StoredPost, clock: Clock) -> None:
    nobody: dict[str, object] = {"mention_id": None, "author_id": "", "permalink": "", "address": {}, "parent_id": None}
    told = {"external_id": f"{NOTE}{post.external_id}"[:600], "seen_at": clock(), "ours": False}
    tx.save_post(post.model_copy(update={**nobody, **told}))
