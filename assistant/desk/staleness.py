"""The stale-draft lock: what a draft stands on is bound to it, and sending compares it once more."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from assistant.desk.bursts import left_unsaid
from assistant.desk.replies import replies_to_mention
from assistant.domain.basis import Basis, MentionChange, World, basis_of, changes
from assistant.domain.brand import Pack
from assistant.domain.conversation import ReplyState, TurnRecord
from assistant.domain.mention import MAX_TEXT
from assistant.errors import NotFound
from assistant.ports import Clock, Reading, Transaction

LATELY = timedelta(seconds=1)
"""A look at the world outside is good for so long: a slow network keeps one pass of the outbox busy for minutes."""


class Lately:
    """What is true outside conversations, as it was a moment ago at most; for the threads of one pass."""

    def __init__(self, look: Callable[[], World] | None, clock: Clock) -> None:
        self._look, self._clock = look, clock
        self._seen: tuple[datetime, World] | None = None

    def __call__(self) -> World | None:
        if self._look is None:
            return None
        seen, at = self._seen, self._clock()
        if seen is None or at - seen[0] >= LATELY:
            seen = self._seen = at, self._look()
        return seen[1]


def bind_draft(tx: Transaction, record: TurnRecord, *, pack: Pack, seen_all: bool) -> Basis | None:
    """Bind a turn's draft to what it stands on; None where it has no draft.

    `seen_all`: it was written on every message and change there is; a first draft knows none after its own message.
    """
    turn = record.turn
    if turn.draft is None:
        return None
    newest = tx.newest_mention_id(record.conversation_id) if seen_all else turn.mention_id
    basis = basis_of(
        turn,
        turn_id=record.id,
        conversation_id=record.conversation_id,
        newest_mention_id=newest,
        owner=_owner(tx, record.conversation_id),
        pack=pack,
    )
    versions = {
        "mention_version": version_of(tx, turn.mention_id) if seen_all else 0,
        "also": {key: version_of(tx, key) for key in turn.mention.merged},
    }
    basis = basis.model_copy(update=versions)
    tx.save_draft_basis(record.id, basis)
    return basis


def bind_reply(tx: Transaction, reply_id: str, basis: Basis, *, approved: bool) -> None:
    """Bind an outbox row. Whoever approved it saw the conversation as it is now, so that is what it stands on."""
    if approved:
        seen: dict[str, object] = {
            "newest_mention_id": tx.newest_mention_id(basis.conversation_id),
            "owner": _owner(tx, basis.conversation_id),
            "mention_version": version_of(tx, basis.mention_id),
        }
        basis = basis.model_copy(update=seen)
    tx.save_draft_basis(reply_id, basis)


def what_changed(
    look: Reading, key: str, *, world: World | None, at: datetime, agent: str | None = None
) -> tuple[str, ...]:
    """What of a draft's or reply's basis differs now; none where nothing does, or nothing was bound.

    `agent` is who wants to send it, on a version of the conversation that they saw: newer messages they have read, and
    that they own it by now is no change. Without a `world` it isn't compared.
    """
    basis = look.draft_basis(key)
    if basis is None:
        return ()
    owner = _owner(look, basis.conversation_id)
    burst = any(version_of(look, key) != version for key, version in basis.also.items())
    said = ("An earlier message of the same burst was changed.",) if burst else ()
    return said + changes(
        basis,
        world,
        change=look.mention_change(basis.mention_id),
        newest_mention_id=look.newest_mention_id(basis.conversation_id) if agent is None else basis.newest_mention_id,
        owner=basis.owner if owner is not None and owner == agent else owner,
        at=at,
    )


def redo(tx: Transaction, turn_id: str, *, at: datetime) -> None:
    """Have the worker write the draft again; a turn without a bound draft is left alone."""
    basis = tx.draft_basis(turn_id)
    if basis is not None:
        tx.save_draft_basis(turn_id, basis, redo_at=at)


def message_edited(tx: Transaction, mention_id: str, text: str, *, brand_id: str, at: datetime) -> MentionChange:
    """The customer changed their message: drafts on its old words are stale and written again. Raises `NotFound`."""
    return _changed(tx, mention_id, text[:MAX_TEXT], deleted=False, brand_id=brand_id, at=at)


def message_deleted(tx: Transaction, mention_id: str, *, brand_id: str, at: datetime) -> MentionChange:
    """The customer took their message back: nothing is sent to it any more. Raises `NotFound`."""
    return _changed(tx, mention_id, None, deleted=True, brand_id=brand_id, at=at)


def _changed(
    tx: Transaction, mention_id: str, text: str | None, *, deleted: bool, brand_id: str, at: datetime
) -> MentionChange:
    mention = tx.mention(mention_id)
    if mention.brand_id != brand_id:
        raise NotFound("mention", mention_id)
    before = tx.mention_change(mention_id)
    if before is not None and (before.deleted or (before.text == text and before.deleted is deleted)):
        return before
    version = before.version + 1 if before else 1
    change = MentionChange(mention_id=mention_id, version=version, text=text, deleted=deleted, at=at)
    tx.save_mention_change(change, brand_id=brand_id)
    current = tx.current_turn(mention_id)
    if current is not None and not deleted:
        read_again(tx, current, at=at)
    if current is not None and deleted:
        _withdraw_holding_words(tx, current.conversation_id)
        if not _is_answered(tx, current):
            answer_apart(tx, current.turn.mention.merged, at=at)
    event = "message_deleted" if deleted else "message_edited"
    facts = {"version": version}
    tx.append_audit(brand_id=brand_id, at=at, actor="customer", event=event, subject=mention_id, facts=facts)
    return change


def read_again(tx: Transaction, record: TurnRecord, *, at: datetime) -> None:
    """Have the worker think again; what has no draft stands on nothing but its message."""
    if tx.draft_basis(record.id) is None:
        known = {"turn_id": record.id, "conversation_id": record.conversation_id}
        newest, owner = tx.newest_mention_id(record.conversation_id), _owner(tx, record.conversation_id)
        mention = record.turn.mention
        message = {"brand_id": mention.brand_id, "mention_id": mention.id, "newest_mention_id": newest, "owner": owner}
        burst = {"also": {each: version_of(tx, each) for each in mention.merged}}
        tx.save_draft_basis(record.id, Basis.model_validate(known | message | burst))
    redo(tx, record.id, at=at)


def answer_apart(tx: Transaction, earlier: Sequence[str], *, at: datetime) -> None:
    """The message that spoke for these earlier ones of its burst is gone: the last of them is thought about anew."""
    last = tx.current_turn(earlier[-1]) if earlier else None
    if last is None or _is_answered(tx, last):
        return
    for reply in left_unsaid(tx.detail(last.conversation_id), earlier):
        tx.save_reply(reply.model_copy(update={"state": ReplyState.HELD}))
    read_again(tx, last, at=at)


def _is_answered(tx: Transaction, record: TurnRecord) -> bool:
    """Whether a person settled it, or its answer is out or on its way."""
    replies = replies_to_mention(tx.detail(record.conversation_id), record.turn.mention_id)
    return record.disposition is not None or any(each.attempts or each.sent_parts for each in replies)


def _withdraw_holding_words(tx: Transaction, conversation_id: str) -> None:
    for reply in tx.detail(conversation_id).replies:
        if not reply.is_answer and reply.state in {ReplyState.DUE, ReplyState.FAILED}:
            tx.save_reply(reply.model_copy(update={"state": ReplyState.WITHDRAWN}))


def version_of(look: Reading, mention_id: str) -> int:
    """How often its author changed the message or took it back."""
    change = look.mention_change(mention_id)
    return change.version if change else 0


def _owner(look: Reading, conversation_id: str) -> str | None:
    return look.triage(conversation_id).assignee or None
