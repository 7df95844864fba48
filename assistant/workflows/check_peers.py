"""Looks after invitations to customers: answers are checked, what nobody answered in time goes to people."""

from collections.abc import Sequence

from assistant.desk.peer_answers import check_answer, time_up
from assistant.domain.brand import Pack
from assistant.domain.conversation import conversation_id_of
from assistant.domain.peer import PeerInvite
from assistant.ports import Clock, Reading, Store
from assistant.workflows.settle import Passages

AT_ONCE = 50


def check_peers(store: Store, *, passages: Passages, pack: Pack, clock: Clock) -> int:
    """How many invitations ended. Each is looked at in a transaction of its own, and counts once however often."""
    with store.read() as look:
        due = look.peer_invites_to_look_at(brand_id=pack.brand.id, now=clock(), limit=AT_ONCE)
        found = [(made, *_evidence(look, made)) for made in due]
    ended = 0
    for made, ids, talks in found:
        shown = tuple(passages(ids).values()) if ids else ()
        with store.begin() as tx:
            tx.reserve(talks)
            if made.answer_id is None:
                done = time_up(tx, made.id, pack=pack, at=clock())
            else:
                done = check_answer(tx, made.id, passages=shown, pack=pack, at=clock())
        ended += done is not None
    return ended


def _evidence(look: Reading, made: PeerInvite) -> tuple[Sequence[str], Sequence[str]]:
    """Passages found for the question and for the answer, and the conversations both stand in."""
    if made.answer_id is None:
        return (), (made.conversation_id,)
    turns = [look.current_turn(key) for key in (made.mention_id, made.answer_id)]
    refs = [ref.passage_id for record in turns if record is not None for ref in record.turn.evidence]
    return tuple(dict.fromkeys(refs)), (made.conversation_id, conversation_id_of(look.mention(made.answer_id)))
