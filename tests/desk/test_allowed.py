"""What is said to be allowed is what a review then takes, and the rest it refuses."""

from collections.abc import Callable

import pytest

from assistant.desk import triage
from assistant.desk.act import act
from assistant.desk.allowed import Allowed, allowed
from assistant.desk.review import ReviewRequest, review
from assistant.desk.staleness import message_deleted
from assistant.domain.conversation import TurnRecord
from assistant.domain.routing import Sample
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision, Disposition
from assistant.errors import AssistantError
from assistant.ports import Store, Transaction
from tests.desk_builders import NOW, make_mention, make_pack, make_turn

PACK = make_pack()
TEXTS = {Disposition.EDITED: "I looked into it for you.", Disposition.RESPONDED: "I looked into it for you."}
ALL = frozenset(Disposition)


def drafted() -> Turn:
    return make_turn(decision=Decision.REVIEW)


def blind() -> Turn:
    turn = drafted()
    return turn.model_copy(update={"route": turn.route.model_copy(update={"sample": Sample.BLIND})})


def ignored(tx: Transaction, record: TurnRecord) -> None:
    settle(tx, record, Disposition.IGNORED)


def answered(tx: Transaction, record: TurnRecord) -> None:
    settle(tx, record, Disposition.RESPONDED)


def deleted(tx: Transaction, record: TurnRecord) -> None:
    message_deleted(tx, record.turn.mention_id, brand_id="skylark", at=NOW)


def held(tx: Transaction, record: TurnRecord) -> None:
    triage.take_over(tx, record.conversation_id, agent="bo", at=NOW)


def untouched(tx: Transaction, record: TurnRecord) -> None:
    pass


def settle(tx: Transaction, record: TurnRecord, disposition: Disposition) -> None:
    request = ReviewRequest(
        turn_id=record.id,
        seen_version=tx.detail(record.conversation_id).conversation.version,
        disposition=disposition,
        text=TEXTS.get(disposition),
        agent="ann",
    )
    review(tx, request, pack=PACK, passages=(), at=NOW)


def taken(store: Store, record: TurnRecord) -> frozenset[Disposition]:
    """What a review really takes; nothing of it is kept."""
    found = set()
    for disposition in Disposition:
        try:
            with store.begin() as tx:
                settle(tx, record, disposition)
                undo()
        except _Undo:
            found.add(disposition)
        except AssistantError:
            pass
    return frozenset(found)


class _Undo(Exception):
    pass


def undo() -> None:
    raise _Undo


def said(may: Allowed) -> frozenset[Disposition]:
    flags = {
        Disposition.ACCEPTED: may.accept,
        Disposition.EDITED: may.edit,
        Disposition.RESPONDED: may.respond,
        Disposition.IGNORED: may.ignore,
    }
    return frozenset(each for each, flag in flags.items() if flag)


@pytest.mark.parametrize(
    ("turn", "happens", "expected", "why"),
    [
        (drafted(), untouched, ALL, ""),
        (make_turn(decision=Decision.HANDOFF), untouched, ALL - {Disposition.ACCEPTED, Disposition.EDITED}, "no draft"),
        (blind(), untouched, ALL - {Disposition.ACCEPTED, Disposition.EDITED}, "audited blind"),
        (drafted(), deleted, {Disposition.IGNORED}, "deleted"),
        (drafted(), held, frozenset(), "bo is writing"),
        (drafted(), ignored, frozenset(), "already"),
        (drafted(), answered, frozenset(), "already"),
    ],
)
def test_a_review_takes_exactly_what_is_allowed(
    store: Store,
    turn: Turn,
    happens: Callable[[Transaction, TurnRecord], None],
    expected: frozenset[Disposition],
    why: str,
) -> None:
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
    with store.begin() as tx:
        happens(tx, record)
    with store.read() as look:
        may = allowed(look, look.detail(record.conversation_id), agent="ann", at=NOW)
    assert may is not None
    assert (said(may), taken(store, record)) == (expected, expected)
    assert why in may.why


def test_a_message_nobody_read_yet_allows_nothing(store: Store) -> None:
    with store.begin() as tx:
        conversation_id = tx.take_in(make_mention(), at=NOW).conversation_id
    with store.read() as look:
        assert allowed(look, look.detail(conversation_id), agent="ann", at=NOW) is None
