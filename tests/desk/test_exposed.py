"""A card number shown in public: the post is flagged for hiding, and no list or search of the desk holds it."""

import pytest

from assistant.adapters.sql.console_tables import said
from assistant.adapters.sql.store import SqlStore
from assistant.desk.act import act
from assistant.desk.triage import HIDE_POST, tag
from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import Decision, Severity
from assistant.guardrails.privacy import EXPOSED
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store

CARD = "4111 1111 1111 1111"
TEXT = f"You charged {CARD} twice, booking ref QX7T2M, IBAN DE89370400440532013000"


@pytest.fixture
def store() -> SqlStore:
    return new_store()


def test_the_conversation_is_flagged_once_and_people_may_take_it_off(store: SqlStore) -> None:
    mention = make_mention(text=TEXT, handle="ana")
    shown = Finding(guardrail=EXPOSED, severity=Severity.NOTE, message="hide it")
    turn = make_turn(mention, Decision.HANDOFF).model_copy(update={"findings": (shown,)})
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        record = act(tx, turn, pack=make_pack(), at=NOW)
    for _ in range(2):
        with store.begin() as tx:
            assert tx.triage(record.conversation_id).tags == (HIDE_POST,)
            act(tx, turn, pack=make_pack(), at=NOW)
    with store.begin() as tx:
        assert tag(tx, record.conversation_id, word=HIDE_POST, agent="ann", at=NOW).tags == ()
        assert [entry.actor for entry in tx.audit(subject=record.conversation_id) if entry.event == "tagged"] == [
            "assistant",
            "ann",
        ]


@pytest.mark.parametrize("many", [False, True])
def test_lists_and_searches_hold_no_account_data_and_find_booking_codes(store: SqlStore, many: bool) -> None:
    mentions = [make_mention(str(number), text=TEXT, handle="ana") for number in range(2)]
    with store.begin() as tx:
        taken = tx.take_in_many(mentions, at=NOW) if many else [tx.take_in(each, at=NOW) for each in mentions]
        preview = tx.conversation(taken[0].conversation_id).preview
        words = " ".join(tx._connection.scalars(said.select().with_only_columns(said.c.words)))
        assert tx.mention(mentions[0].id).text == TEXT
    for kept in (preview.casefold(), words):
        assert "[card]" in kept
        assert "4111" not in kept
        assert "de8937" not in kept
        assert "qx7t2m" in kept
