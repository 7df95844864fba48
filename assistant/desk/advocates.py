"""Customers who agreed to be invited by name: taken up with their consent, let go the moment they want."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime

from assistant.domain.brand import Pack
from assistant.domain.conversation import ReplyState
from assistant.domain.peer import PEER_INVITE, Advocate, PeerInvite
from assistant.domain.person import Handle
from assistant.errors import InputInvalid, NotAllowed, NotFound
from assistant.ports import Reading, Transaction

MOST_INVITES = 5_000
"""Invitations that count as an advocate's past."""
_UNSENT = frozenset({ReplyState.DUE, ReplyState.FAILED, ReplyState.HELD})


def take_up(
    tx: Transaction,
    *,
    handles: Sequence[Handle],
    topics: Sequence[str],
    languages: Sequence[str],
    consent: str,
    by: str,
    pack: Pack,
    at: datetime,
) -> Advocate:
    """Note that a customer agreed to be invited; the same account again replaces what was noted.

    Raises `NotAllowed` without their consent, `InputInvalid` for words the pack doesn't know.
    """
    if not consent.strip():
        raise NotAllowed("nobody is invited without their consent; say when and how they agreed")
    if not by.strip():
        raise InputInvalid("by: missing; say who notes it")
    plain = tuple(dict.fromkeys(each.plain for each in handles))
    _known("topics", topics, {each.topic for each in pack.intents} | {each.id for each in pack.intents})
    _known("languages", languages, pack.brand.languages)
    _known("handles", [each.channel for each in plain], [each.name for each in pack.channels])
    for before in with_handles(tx, plain, brand_id=pack.brand.id):
        tx.drop_advocate(before.id)
    key = "\0".join((pack.brand.id, *(f"{each.channel} {each.handle}" for each in plain), at.isoformat()))
    advocate = Advocate(
        id=f"a{hashlib.sha256(key.encode()).hexdigest()[:19]}",
        brand_id=pack.brand.id,
        handles=plain,
        topics=tuple(topics),
        languages=tuple(languages),
        consent=consent,
        by=by,
        at=at,
    )
    tx.save_advocate(advocate)
    facts = {"topics": list(topics), "languages": list(languages), "handles": len(plain)}
    tx.append_audit(brand_id=pack.brand.id, at=at, actor=by, event="advocate_agreed", subject=advocate.id, facts=facts)
    return advocate


def let_go(tx: Transaction, advocate_id: str, *, by: str, brand_id: str, at: datetime) -> Advocate:
    """They are never invited again, and their name goes from invitations; open ones end at the next look.

    Raises `NotFound`.
    """
    advocate = tx.advocate(advocate_id)
    if advocate is None or advocate.brand_id != brand_id:
        raise NotFound("advocate", advocate_id)
    tx.drop_advocate(advocate_id)
    for invite in invites_of(tx, advocate_id, brand_id=brand_id):
        _unname(tx, invite)
        if invite.is_open:
            tx.save_peer_invite(invite.model_copy(update={"expires_at": min(invite.expires_at, at)}), look_at=at)
    tx.append_audit(brand_id=brand_id, at=at, actor=by, event="advocate_left", subject=advocate_id, facts={})
    return advocate


def with_handles(look: Reading, handles: Collection[Handle], *, brand_id: str) -> tuple[Advocate, ...]:
    """Advocates who write from one of these accounts."""
    return tuple(each for each in look.advocates(brand_id=brand_id) if not set(handles).isdisjoint(each.handles))


def invites_of(look: Reading, advocate_id: str, *, brand_id: str) -> tuple[PeerInvite, ...]:
    """Newest first."""
    found = look.all_peer_invites(brand_id=brand_id, limit=MOST_INVITES)
    return tuple(each for each in found if each.advocate == advocate_id)


def _unname(tx: Transaction, invite: PeerInvite) -> None:
    said = tx.reply(f"{PEER_INVITE}{invite.id}")
    gone: dict[str, object] = {"text": ""}
    if said.state in _UNSENT:
        gone["state"] = ReplyState.WITHDRAWN
    tx.save_reply(said.model_copy(update=gone))


def _known(field: str, words: Sequence[str], known: Collection[str]) -> None:
    if not words:
        raise InputInvalid(f"{field}: missing; write at least one")
    strangers = [each for each in words if each not in known]
    if strangers:
        raise InputInvalid(f"{field}: the pack doesn't know {', '.join(map(repr, strangers))}")
