"""How somebody's own booking stands is told in private, and only to who proved to be that customer."""

import pytest

from assistant.desk import identity
from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.domain.vocabulary import Decision, Disposition, Visibility
from assistant.errors import NotAllowed
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store

FACT = "Your refund of EUR 120 was paid on 3 March."
PACK = make_pack()


@pytest.fixture
def store() -> Store:
    return new_store()


def waiting(store: Store, visibility: Visibility, handle: str = "@jo") -> tuple[str, str]:
    """A conversation for a person and its turn."""
    mention = make_mention("1", handle=handle, visibility=visibility)
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        record = act(tx, make_turn(mention, Decision.HANDOFF), pack=PACK, at=NOW)
        return record.conversation_id, record.id


def send(store: Store, conversation_id: str, turn_id: str, text: str) -> None:
    with store.begin() as tx:
        seen = tx.conversation(conversation_id).version
        asked = ReviewRequest(
            turn_id=turn_id, seen_version=seen, disposition=Disposition.RESPONDED, text=text, agent="ana"
        )
        review(tx, asked, pack=PACK, passages=(), at=NOW, world=None)


def test_only_after_verification(store: Store) -> None:
    talk, turn = waiting(store, Visibility.PRIVATE)
    with pytest.raises(NotAllowed, match="Verify them first"):
        send(store, talk, turn, FACT)
    with store.begin() as tx:
        assert identity.verified(tx, tx.conversation(talk)) is None
        identity.verify_own(tx, tx.conversation(talk), how="reference and name", by="ana", at=NOW)
        proved = identity.verified(tx, tx.conversation(talk))
    assert proved is not None
    assert (proved.how, proved.verified_by) == ("reference and name", "ana")
    send(store, talk, turn, FACT)
    with store.read() as look:
        assert [reply.text for reply in look.detail(talk).replies] == [FACT]


def test_never_in_public(store: Store) -> None:
    talk, turn = waiting(store, Visibility.PUBLIC)
    with store.begin() as tx:
        identity.verify_own(tx, tx.conversation(talk), how="reference and name", by="ana", at=NOW)
    with pytest.raises(NotAllowed, match="Go on in private"):
        send(store, talk, turn, FACT)


def test_what_holds_for_everybody_needs_no_proof(store: Store) -> None:
    talk, turn = waiting(store, Visibility.PRIVATE)
    send(store, talk, turn, "We'll look at it with you and write again.")


def test_without_an_account_nothing_can_be_verified(store: Store) -> None:
    talk, _ = waiting(store, Visibility.PRIVATE, handle="")
    with store.begin() as tx, pytest.raises(NotAllowed):
        identity.verify_own(tx, tx.conversation(talk), how="x", by="ana", at=NOW)
