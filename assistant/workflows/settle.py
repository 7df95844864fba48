"""An agent settles a draft: what it rests on is fetched first, then one transaction decides who was faster."""

from collections.abc import Callable, Mapping, Sequence

from assistant.desk import undo
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.ports import Clock, Store

Passages = Callable[[Sequence[str]], Mapping[str, Passage]]
"""Passages by id; unknown ids are left out."""


def settle(
    request: ReviewRequest, *, store: Store, passages: Passages, pack: Pack, clock: Clock, undo_s: float = 0
) -> Reviewed:
    """Carry out the request; a reply waits `undo_s` seconds before it leaves. Raises what `desk.review` raises."""
    with store.read() as look:
        turn = look.turn(request.turn_id).turn
    shown = passages([ref.passage_id for ref in turn.evidence])
    with store.begin() as tx:
        done = review(tx, request, pack=pack, passages=tuple(shown.values()), at=clock())
        if done.reply is None or not undo_s:
            return done
        return done.model_copy(update={"reply": undo.wait(tx, done.reply, seconds=undo_s)})
