"""Stale drafts are written again: on the newest words, the valid articles and the charts of now."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple

from assistant.desk.act import act
from assistant.desk.allowed import is_deleted
from assistant.desk.assign import is_given_by_hand
from assistant.desk.bursts import again
from assistant.desk.staleness import bind_draft, version_of
from assistant.domain.basis import Basis
from assistant.domain.brand import Pack
from assistant.domain.conversation import TurnRecord
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import AWAY
from assistant.ports import Clock, Respond, Store, Transaction

AT_ONCE = 8
"""Drafts one round writes again."""
LONGEST_PAUSE = timedelta(seconds=30)
"""Between two tries while index or embedder are away; they begin a second apart."""


async def redraft_stale(*, store: Store, respond: Respond, pack: Pack, clock: Clock) -> int:
    """How many were written again. What changes once more meanwhile stays marked for the next round."""
    stale = await asyncio.to_thread(_stale, store, pack, clock)
    if not stale:
        return 0
    turns = await respond([each.mention for each in stale])
    return await asyncio.to_thread(_keep, stale, turns, store=store, pack=pack, clock=clock)


class _Stale(NamedTuple):
    """A draft to write again: the message in its newest words and their version, and what the draft stood on."""

    mention: Mention
    basis: Basis
    version: int


def _stale(store: Store, pack: Pack, clock: Clock) -> Sequence[_Stale]:
    with store.read() as look:
        bases = look.drafts_to_redo(brand_id=pack.brand.id, now=clock(), limit=AT_ONCE)
        return [
            _Stale(
                mention=again(look, look.mention(basis.mention_id), tuple(basis.also)),
                basis=basis,
                version=version_of(look, basis.mention_id),
            )
            for basis in bases
        ]


def _keep(stale: Sequence[_Stale], turns: Sequence[Turn], *, store: Store, pack: Pack, clock: Clock) -> int:
    with store.begin() as tx:
        kept = [
            _kept(tx, each.basis, each.version, turn, pack=pack, clock=clock)
            for each, turn in zip(stale, turns, strict=True)
        ]
    return sum(kept)


def _kept(tx: Transaction, basis: Basis, version: int, turn: Turn, *, pack: Pack, clock: Clock) -> bool:
    if version_of(tx, basis.mention_id) != version:
        return False
    tx.save_draft_basis(basis.turn_id, basis)
    current = tx.current_turn(basis.mention_id)
    if current is None or current.id != basis.turn_id or current.disposition is not None:
        return False
    if is_deleted(tx, current):
        return False
    at = clock()
    lacked = not AWAY.isdisjoint(current.turn.route.reasons)
    if lacked and _is_taken(tx, current):
        return False
    if not AWAY.isdisjoint(turn.route.reasons) or (lacked and tx.triage(current.conversation_id).held_by(at)):
        pause = min(max(at - current.created_at, timedelta(seconds=1)), LONGEST_PAUSE)
        tx.save_draft_basis(basis.turn_id, basis, redo_at=at + pause)
        return False
    record = act(tx, turn, pack=pack, at=at)
    if record.id == basis.turn_id:
        bind_draft(tx, record, pack=pack, seen_all=True)
    return True


def _is_taken(tx: Transaction, record: TurnRecord) -> bool:
    """Whether a person saw to it or took it, and a draft would only come between."""
    by_hand = is_given_by_hand(tx, record.conversation_id)
    return by_hand or not tx.conversation(record.conversation_id).waits_for_person
