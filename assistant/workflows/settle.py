"""An agent settles a draft: what it rests on is fetched first, then one transaction decides who was faster."""

from collections.abc import Callable, Mapping, Sequence

from assistant.desk import undo
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.desk.staleness import redo
from assistant.domain.basis import World
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.errors import StaleDraft
from assistant.ports import Clock, Store

Passages = Callable[[Sequence[str]], Mapping[str, Passage]]
"""Passages by id; unknown ids are left out."""


def settle(
    request: ReviewRequest,
    *,
    store: Store,
    passages: Passages,
    pack: Pack,
    clock: Clock,
    world: World | None = None,
    undo_s: float = 0,
) -> Reviewed:
    """Carry out the request; a reply waits `undo_s` seconds before it leaves.

    Raises what `desk.review` raises; a stale draft is marked to be written again first.
    """
    with store.read() as look:
        turn = look.turn(request.turn_id).turn
    shown = passages(turn.passage_ids)
    try:
        with store.begin() as tx:
            done = review(tx, request, pack=pack, passages=tuple(shown.values()), at=clock(), world=world)
            if done.reply is None or not undo_s:
                return done
            return done.model_copy(update={"reply": undo.wait(tx, done.reply, seconds=undo_s)})
    except StaleDraft:
        with store.begin() as tx:
            redo(tx, request.turn_id, at=clock())
        raise
