"""One customer: joined with consent, undone, verified account by account, and forgotten in every copy."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect, text

from assistant.adapters.sql.store import SqlStore
from assistant.desk import identity, triage
from assistant.desk.act import act
from assistant.desk.advocates import take_up
from assistant.desk.approvals import ask_approval
from assistant.desk.review import ReviewRequest, review
from assistant.desk.staleness import message_edited
from assistant.domain.agents import OnCall
from assistant.domain.person import Handle, Person
from assistant.domain.vocabulary import Decision, Disposition, Visibility
from assistant.errors import InputInvalid, NotAllowed, NotFound
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store, template

PACK = make_pack()
ON_X, ON_MAIL = Handle(channel="x", handle="@Zoe_Quill"), Handle(channel="email", handle="zoe@quill.example")


def writes(store: Store, number: str, handle: str, channel: str, words: str, decision: Decision) -> str:
    private = Visibility.PRIVATE if channel == "email" else Visibility.PUBLIC
    mention = make_mention(number, text=words, handle=handle, channel=channel, visibility=private)
    with store.begin() as tx:
        taken = tx.take_in(mention, at=NOW)
        act(tx, make_turn(mention, decision), pack=PACK, at=NOW)
    return taken.conversation_id


def joined(
    store: Store, known: Handle = ON_X, other: Handle = ON_MAIL, consent: str = "said so in a message"
) -> Person:
    with store.begin() as tx:
        return identity.join(
            tx, known, other, confidence=0.8, why="wrote it", consent=consent, by="ann", brand_id="skylark", at=NOW
        )


def test_joined_accounts_share_their_history_until_it_is_undone() -> None:
    store = new_store()
    public = writes(store, "1", "Zoe_Quill", "x", "mail me at zoe@quill.example", Decision.REVIEW)
    private = writes(store, "2", "zoe@quill.example", "email", "my bag", Decision.REVIEW)
    with store.read() as look:
        (offered,) = identity.suggestions(look, look.conversation(public), pack=PACK)
        assert (offered.handle, offered.confidence) == (ON_MAIL, identity.GAVE_IT)
        assert identity.history(look, look.conversation(public)) == ()
    person = joined(store)
    with store.read() as look:
        assert [each.id for each in identity.history(look, look.conversation(public))] == [private]
        assert identity.suggestions(look, look.conversation(public), pack=PACK) == ()
        assert look.person_of(Handle(channel="x", handle="ZOE_quill"), brand_id="skylark") == person
        assert look.person_of(ON_X, brand_id="other") is None
    with store.begin() as tx:
        identity.undo_join(tx, person.id, ON_MAIL, by="ann", brand_id="skylark", at=NOW)
        assert identity.history(tx, tx.conversation(public)) == ()
        assert [each.event for each in tx.audit(subject=person.id)] == ["handles_joined", "join_undone"]


def test_nothing_is_joined_without_consent_or_with_itself_or_by_nobody() -> None:
    store = new_store()
    with pytest.raises(NotAllowed, match="consent"):
        joined(store, consent=" ")
    with pytest.raises(InputInvalid, match="same account"):
        joined(store, other=Handle(channel="x", handle="zoe_quill"))
    with store.begin() as tx, pytest.raises(InputInvalid, match="by"):
        identity.join(tx, ON_X, ON_MAIL, confidence=1, why="", consent="yes", by="", brand_id="skylark", at=NOW)


def test_two_persons_become_one_and_joining_again_changes_nothing() -> None:
    store = new_store()
    forum, phone = Handle(channel="forum", handle="zq"), Handle(channel="phone", handle="+353 1 555 0100")
    joined(store)
    joined(store, forum, phone)
    one = joined(store, ON_X, forum)
    assert {each.handle.channel for each in one.joins} == {"x", "email", "forum", "phone"}
    assert joined(store, ON_X, phone) == one


def test_only_the_account_that_was_proved_counts_as_verified() -> None:
    store = new_store()
    person = joined(store)
    with store.begin() as tx:
        proved = identity.verify(
            tx, person.id, ON_MAIL, how="code by e-mail", by="ann", brand_id="skylark", at=NOW + timedelta(minutes=1)
        )
        with pytest.raises(NotFound):
            identity.verify(
                tx, person.id, Handle(channel="x", handle="al"), how="c", by="a", brand_id="skylark", at=NOW
            )
        with pytest.raises(NotFound):
            identity.verify(tx, person.id, ON_MAIL, how="code", by="ann", brand_id="other", at=NOW)
    assert (proved.is_verified(ON_MAIL), proved.is_verified(ON_X)) == (True, False)


def test_a_forgotten_customer_is_in_no_table_and_nowhere_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    shutil.copy(template(), path)
    store = SqlStore(f"sqlite:///{path}")
    public = writes(store, "1", "Zoe_Quill", "x", "The zebrafinch suitcase was dented", Decision.REVIEW)
    writes(store, "2", "zoe@quill.example", "email", "zebrafinch again, please help", Decision.HANDOFF)
    writes(store, "3", "bystander", "x", "A quiet heron flew past", Decision.REVIEW)
    joined(store)
    with store.begin() as tx:
        message_edited(tx, "skylark-x-1", "The zebrafinch trunk was dented", brand_id="skylark", at=NOW)
        triage.note(tx, public, text="zebrafinch customer is upset", agent="ann", at=NOW)
        seen = tx.conversation(public).version
        words = "Hello Zoe_Quill, we will repair the zebrafinch suitcase by Friday."
        request = ReviewRequest(
            turn_id="skylark-x-1-1", seen_version=seen, disposition=Disposition.RESPONDED, text=words, agent="ann"
        )
        queue = tx.conversation(public).queue
        guarded = PACK.model_copy(update={"on_call": OnCall(approvals=(queue,))})
        ask_approval(tx, "skylark-x-1-1", text=words, by="ann", pack=guarded, at=NOW)
        known, said = {"topics": ["baggage"], "languages": ["en"]}, "Zoe Quill wrote yes."
        take_up(tx, handles=[ON_X], **known, consent=said, by="ann", pack=PACK, at=NOW)
        review(tx, request, pack=PACK, passages=(), at=NOW)
    with store.begin() as tx:
        gone = identity.forget(tx, ON_MAIL, by="dpo", pack=PACK, at=NOW)
        assert (gone.conversations, gone.handles) == (2, 2)
        assert tx.person_of(ON_X, brand_id="skylark") is None
        events = [each.event for each in tx.audit()]
    store.scrub()
    assert events.count("forgotten") == 2
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        for table in inspect(engine).get_table_names():
            rows = str(connection.execute(text(f'SELECT * FROM "{table}"')).all()).casefold()  # noqa: S608
            assert "zebrafinch" not in rows, table
            assert "quill" not in rows, table
    engine.dispose()
    left = b"".join(each.read_bytes() for each in tmp_path.iterdir()).lower()
    assert b"zebrafinch" not in left
    assert b"quill" not in left
    assert b"quiet heron" in left
    store.close()
