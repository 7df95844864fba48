"""Joins accounts into one customer, takes that back, verifies, and forgets a customer in every copy."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import datetime

from assistant.desk.advocates import let_go, with_handles
from assistant.desk.assign import close_assignment
from assistant.desk.handoffs import close_hand_off
from assistant.desk.sla import timed
from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation
from assistant.domain.person import Handle, Join, Person, Suggestion
from assistant.domain.value import Value
from assistant.domain.vocabulary import ConversationState
from assistant.errors import ChannelUnknown, InputInvalid, NotAllowed, NotFound
from assistant.guardrails import privacy
from assistant.ports import Reading, Transaction

GAVE_IT = 0.8
"""Confidence where the customer wrote the address or number themselves; chosen, not measured."""
SAME_NAME = 0.4
"""Where the same name stands on another channel: anybody can take it."""
MOST = 200


class Forgotten(Value):
    """How many conversations and handles were forgotten."""

    conversations: int
    handles: int


def join(
    tx: Transaction,
    known: Handle,
    other: Handle,
    *,
    confidence: float,
    why: str,
    consent: str,
    by: str,
    brand_id: str,
    at: datetime,
) -> Person:
    """Say that two accounts are one customer's; those of two persons become one person's.

    Raises `NotAllowed` without the customer's consent, `InputInvalid` where nobody decides or both are the same.
    """
    _named(by)
    known, other = known.plain, other.plain
    if known == other:
        raise InputInvalid("other: that is the same account; name another one")
    if not consent.strip():
        raise NotAllowed("accounts are joined with the customer's consent only; say when and how they agreed")
    first = tx.person_of(known, brand_id=brand_id) or _new(known, brand_id, by, at)
    second = tx.person_of(other, brand_id=brand_id)
    if second is not None and second.id == first.id:
        return first
    made = Join(handle=other, confidence=confidence, why=why, by=by, consent=consent, at=at)
    moved = tuple(each for each in second.joins if each.handle != other) if second else ()
    joined = first.model_copy(update={"joins": (*first.joins, made, *moved)})
    if second is not None:
        tx.drop_person(second.id)
    tx.save_person(joined)
    facts = {"handles": len(joined.joins), "confidence": confidence, "merged": second.id if second else None}
    _record(tx, joined, "handles_joined", facts, by=by, at=at)
    return joined


def undo_join(tx: Transaction, person_id: str, handle: Handle, *, by: str, brand_id: str, at: datetime) -> Person:
    """Take one account out of a person again; the others stay joined. Raises `NotFound`."""
    _named(by)
    person = _ours(tx, person_id, brand_id)
    if person.join_of(handle) is None:
        raise NotFound("handle", handle.handle)
    left = person.model_copy(update={"joins": tuple(each for each in person.joins if each.handle != handle.plain)})
    if len(left.joins) > 1:
        tx.save_person(left)
    else:
        tx.drop_person(person_id)
    _record(tx, person, "join_undone", {"handles": len(left.joins)}, by=by, at=at)
    return left


def verify(
    tx: Transaction, person_id: str, handle: Handle, *, how: str, by: str, brand_id: str, at: datetime
) -> Person:
    """Note that the customer proved this account to be theirs; the others stay unverified. Raises `NotFound`."""
    _named(by)
    if not how.strip():
        raise InputInvalid("how: missing; say by what the customer proved it")
    person = _ours(tx, person_id, brand_id)
    if person.join_of(handle) is None:
        raise NotFound("handle", handle.handle)
    proved = {"verified_at": at, "verified_by": by, "how": how}
    joins = (each.model_copy(update=proved) if each.handle == handle.plain else each for each in person.joins)
    verified = person.model_copy(update={"joins": tuple(joins)})
    tx.save_person(verified)
    _record(tx, person, "identity_verified", {}, by=by, at=at)
    return verified


def verify_own(tx: Transaction, conversation: Conversation, *, how: str, by: str, at: datetime) -> Person:
    """Note that whoever writes here proved the account they write from. Raises `NotAllowed` where there is none."""
    own, brand_id = own_handle(conversation), conversation.brand_id
    if own is None:
        raise NotAllowed("the channel didn't name an account, so none can be verified")
    person = tx.person_of(own, brand_id=brand_id)
    if person is None:
        person = _new(own, brand_id, by, at)
        tx.save_person(person)
    return verify(tx, person.id, own, how=how, by=by, brand_id=brand_id, at=at)


def verified(look: Reading, conversation: Conversation) -> Join | None:
    """How the account that writes was proved to be theirs; None where it wasn't."""
    own = own_handle(conversation)
    person = look.person_of(own, brand_id=conversation.brand_id) if own else None
    return person.join_of(own) if person and own and person.is_verified(own) else None


def history(look: Reading, conversation: Conversation, *, limit: int = MOST) -> tuple[Conversation, ...]:
    """The customer's other conversations on every joined account, newest first."""
    found = [
        each
        for handle in handles_of(look, conversation)
        for each in look.talks_with(handle, brand_id=conversation.brand_id)
    ]
    others = {each.id: each for each in found if each.id != conversation.id}
    return tuple(sorted(others.values(), key=lambda each: each.updated_at, reverse=True)[:limit])


def handles_of(look: Reading, conversation: Conversation) -> tuple[Handle, ...]:
    """The account that writes, and those joined with it."""
    own = own_handle(conversation)
    if own is None:
        return ()
    person = look.person_of(own, brand_id=conversation.brand_id)
    return tuple(each.handle for each in person.joins) if person else (own,)


def other_side(look: Reading, conversation: Conversation) -> Conversation | None:
    """The same account's conversation on this channel in private where this is public, or the reverse."""
    own = own_handle(conversation)
    found = look.talks_with(own, brand_id=conversation.brand_id) if own else ()
    return next((each for each in found if each.visibility is not conversation.visibility), None)


def own_handle(conversation: Conversation) -> Handle | None:
    """The account a conversation is held with; None where the channel didn't name one."""
    handle = conversation.handle.strip().lstrip("@")
    return Handle(channel=conversation.channel, handle=handle).plain if handle else None


def suggestions(look: Reading, conversation: Conversation, *, pack: Pack) -> tuple[Suggestion, ...]:
    """Accounts that may be the same customer's and aren't joined yet, the surest first."""
    joined = set(handles_of(look, conversation))
    found = {each.handle: each for each in reversed(list(_suggested(look, conversation, pack)))}
    left = (each for handle, each in found.items() if handle not in joined)
    return tuple(sorted(left, key=lambda each: (-each.confidence, each.handle.channel, each.handle.handle)))


def forget(tx: Transaction, handle: Handle, *, by: str, pack: Pack, at: datetime) -> Forgotten:
    """The customer wants to be forgotten: every word of and about them goes, on all joined accounts.

    Ids, times and decisions stay, and the log, which never held their words; what waited for a person is settled, as
    nobody could answer it. Raises `ChannelUnknown` where nothing is
    held of the account and the brand has no such channel: nobody is forgotten by a misspelt name.
    """
    _named(by)
    brand_id = pack.brand.id
    person = tx.person_of(handle, brand_id=brand_id)
    handles = tuple(each.handle for each in person.joins) if person else (handle.plain,)
    talks = {talk.id for each in handles for talk in tx.talks_with(each, brand_id=brand_id)}
    advocates = with_handles(tx, handles, brand_id=brand_id)
    known = [channel.name for channel in pack.channels]
    if not (talks or person or advocates or handle.channel in known):
        raise ChannelUnknown(handle.channel, known)
    for conversation_id in sorted(talks):
        tx.erase(conversation_id)
        _settled(tx, tx.conversation(conversation_id), pack=pack, at=at)
        tx.append_audit(brand_id=brand_id, at=at, actor=by, event="forgotten", subject=conversation_id, facts={})
    if person is not None:
        tx.drop_person(person.id)
    for advocate in advocates:
        let_go(tx, advocate.id, by=by, brand_id=brand_id, at=at)
    return Forgotten(conversations=len(talks), handles=len(handles))


def _settled(tx: Transaction, conversation: Conversation, *, pack: Pack, at: datetime) -> None:
    if conversation.state is ConversationState.RESOLVED:
        return
    done = conversation.model_copy(update={"state": ConversationState.RESOLVED, "due_at": None, "updated_at": at})
    saved = tx.save_conversation(timed(tx, done, pack=pack, at=at), seen_version=conversation.version)
    close_hand_off(tx, saved, at=at)
    close_assignment(tx, saved, at=at)


def _suggested(look: Reading, conversation: Conversation, pack: Pack) -> Iterator[Suggestion]:
    for mention in look.detail(conversation.id).mentions:
        for found in privacy.find(mention.text):
            if found.kind in {"email", "phone"}:
                given = Handle(channel=found.kind, handle=found.text).plain
                yield Suggestion(handle=given, confidence=GAVE_IT, why="The customer wrote it themselves.")
    own = own_handle(conversation)
    if own is None:
        return
    for channel in pack.channels:
        other = Handle(channel=channel.name, handle=own.handle).plain
        if other != own and look.talks_with(other, brand_id=pack.brand.id):
            yield Suggestion(handle=other, confidence=SAME_NAME, why=f"The same name writes on {channel.name}.")


def _new(handle: Handle, brand_id: str, by: str, at: datetime) -> Person:
    key = hashlib.sha256("\0".join((brand_id, handle.channel, handle.handle, at.isoformat())).encode()).hexdigest()
    own = Join(handle=handle, confidence=1.0, why="The account they wrote from.", by=by, consent="wrote to us", at=at)
    return Person(id=f"p{key[:19]}", brand_id=brand_id, joins=(own,))


def _ours(tx: Transaction, person_id: str, brand_id: str) -> Person:
    person = tx.joined_person(person_id)
    if person is None or person.brand_id != brand_id:
        raise NotFound("person", person_id)
    return person


def _named(by: str) -> None:
    if not by.strip():
        raise InputInvalid("by: missing; say who decides")


def _record(tx: Transaction, person: Person, event: str, facts: Mapping[str, object], *, by: str, at: datetime) -> None:
    tx.append_audit(brand_id=person.brand_id, at=at, actor=by, event=event, subject=person.id, facts=facts)
