"""What every store promises the console: views, counts, search, events, presence, notes, agents and sessions."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from assistant.adapters.argon2_passwords import Argon2
from assistant.adapters.sql.store import SqlStore
from assistant.desk import agents, triage
from assistant.desk.act import act
from assistant.domain.agent import Role
from assistant.domain.triage import Presence, QueueQuery, Sort, View
from assistant.domain.vocabulary import Decision, Sensitivity, Stance
from assistant.errors import AlreadyHandled, InputInvalid, NotAllowed, NotFound, StaleVersion
from assistant.ports import Transaction
from tests.desk_builders import NOW, make_mention, make_pack, make_turn, make_understanding
from tests.stores import new_store

LATER = NOW + timedelta(minutes=1)


@pytest.fixture
def store() -> Iterator[SqlStore]:
    opened = new_store()
    yield opened
    opened.close()


def ask(view: View = View.WAITING, **more: object) -> QueueQuery:
    return QueueQuery.model_validate({"brand_id": "skylark", "view": view, "agent": "ana", "now": LATER, **more})


def take(
    tx: Transaction,
    number: int,
    decision: Decision = Decision.REVIEW,
    *,
    followers: int | None = None,
    sensitive: bool = False,
    due: int = 120,
    stance: Stance = Stance.QUESTION,
) -> str:
    """A decided conversation's id."""
    mention = make_mention(str(number), handle=f"@p{number}", text=f"Where is bag {number}?")
    mention = mention.model_copy(update={"author": mention.author.model_copy(update={"followers": followers})})
    taken = tx.take_in(mention, at=NOW)
    fired = (Sensitivity.SAFETY_INJURY,) if sensitive else ()
    read = make_understanding(sensitivity=fired).model_copy(update={"stance": stance})
    turn = make_turn(mention, decision, due_in_minutes=due).model_copy(update={"understanding": read})
    act(tx, turn, pack=make_pack(), at=NOW)
    return taken.conversation_id


def listed(tx: Transaction, query: QueueQuery) -> list[str]:
    return [card.conversation.id for card in tx.queue(query)]


def test_sorts(store: SqlStore) -> None:
    with store.begin() as tx:
        calm = take(tx, 1, due=30)
        risky = take(tx, 2, sensitive=True, due=60)
        famous = take(tx, 3, followers=90_000, due=90)
        assert listed(tx, ask()) == [calm, risky, famous]
        assert listed(tx, ask(sort=Sort.RISK))[0] == risky
        assert listed(tx, ask(sort=Sort.REACH))[0] == famous
        assert listed(tx, ask(View.SENSITIVE)) == [risky]


def test_each_view_counts_what_it_lists(store: SqlStore) -> None:
    with store.begin() as tx:
        for number, decision in enumerate(Decision):
            take(tx, number, decision, due=5)
        counts = tx.counts(ask(), list(View), most=100)
        for view in View:
            assert counts[view] == len(tx.queue(ask(view))), view
        assert (counts[View.REVIEW], counts[View.HANDOFF], counts[View.ROBOT], counts[View.QUIET]) == (1, 1, 0, 1)
        assert counts[View.BREACHING] == 2
        assert tx.counts(ask(), [View.WAITING], most=1)[View.WAITING] == 1


def test_the_robot_answered_what_went_out_or_may_have_and_not_what_was_held(store: SqlStore) -> None:
    with store.begin() as tx:
        answered: dict[str, int] = {}
        for number, state in enumerate(("due", "held", "sent", "unknown", "recalled")):
            (reply,) = tx.detail(take(tx, number, Decision.AUTO_REPLY)).replies
            before = tx.counts(ask(), [View.ROBOT], most=100)[View.ROBOT]
            if state == "recalled":
                tx.save_reply(reply.model_validate({**dict(reply), "state": "sent"}))
            tx.save_reply(reply.model_validate({**dict(reply), "state": state}))
            answered[state] = tx.counts(ask(), [View.ROBOT], most=100)[View.ROBOT] - before
        assert answered == {"due": 0, "held": 0, "sent": 1, "unknown": 1, "recalled": 1}


def test_doubtful_is_what_the_brand_calls_so(store: SqlStore) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        assert tx.triage(key).confidence == 0.9
        assert listed(tx, ask(View.LOW, min_confidence=0.91)) == [key]
        assert listed(tx, ask(View.LOW, min_confidence=0.9)) == []


def test_filters_and_a_vendor_s_queues(store: SqlStore) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        triage.tag(tx, key, word="Storm", agent="ana", at=LATER)
        lets_through: list[dict[str, object]] = [
            {"channel": "x"},
            {"intent": "bag_size"},
            {"tag": "storm"},
            {"queues": ("baggage",)},
        ]
        for more in lets_through:
            assert listed(tx, ask(View.WAITING, **more)) == [key]
        keeps_out: list[dict[str, object]] = [
            {"channel": "email"},
            {"sentiment": "negative"},
            {"tag": "stor"},
            {"queues": ()},
        ]
        for more in keeps_out:
            assert listed(tx, ask(View.WAITING, **more)) == []
            assert tx.counts(ask(View.WAITING, **more), [View.WAITING], most=9)[View.WAITING] == 0


def test_search_finds_words_anywhere_sorted_as_asked(store: SqlStore) -> None:
    with store.begin() as tx:
        first, second = take(tx, 1, due=30), take(tx, 2, Decision.NO_REPLY, followers=90_000)

        def found(query: QueueQuery, words: str, **page: int) -> list[str]:
            return [card.conversation.id for card in tx.found(query, words, **page)]

        assert found(ask(), "BAG where") == [first, second]
        assert found(ask(sort=Sort.REACH), "BAG where") == [second, first]
        assert found(ask(), "BAG where", offset=1) == found(ask(sort=Sort.REACH), "where", limit=1) == [second]
        assert found(ask(), "@p2") == [second]
        for nothing in ("", "%", "xylophone", "bag_"):
            assert tx.found(ask(), nothing, limit=9) == []


def test_events_grow_and_say_what_is_news(store: SqlStore) -> None:
    with store.begin() as tx:
        take(tx, 1)
        seen = tx.last_event()
        assert tx.count_news(ask(), since=seen, most=9) == 0
        key = take(tx, 2)
        news = tx.events(brand_id="skylark", after=seen, limit=99)
        assert {event.conversation_id for event in news} == {key}
        assert [event.sequence for event in news] == sorted(event.sequence for event in news)
        assert tx.count_news(ask(), since=seen, most=9) == 1
        triage.assign(tx, key, to="ben", agent="ana", at=LATER)
        assert tx.count_news(ask(), since=seen, most=9) == 1


def test_an_event_of_a_failed_transaction_never_was(store: SqlStore) -> None:
    def fail() -> None:
        with store.begin() as tx:
            take(tx, 1)
            raise InputInvalid("no")

    with pytest.raises(InputInvalid):
        fail()
    with store.read() as look:
        assert look.events(brand_id="skylark", after=0, limit=9) == []


def test_presence_and_claims_end_by_themselves(store: SqlStore) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        triage.be_here(tx, key, agent="ana", typing=True, at=LATER)
        held = triage.be_here(tx, key, agent="ben", typing=True, at=LATER)
        assert held.held_by(LATER) == "ana"
        here = [Presence(conversation_id=key, agent=name, typing=True) for name in ("ana", "ben")]
        assert tx.present(brand_id="skylark", now=LATER) == here
        assert tx.present(brand_id="skylark", now=LATER + timedelta(seconds=triage.PRESENT_S)) == []
        after = LATER + timedelta(seconds=triage.CLAIM_S)
        assert triage.be_here(tx, key, agent="ben", typing=True, at=after).held_by(after) == "ben"
        assert triage.take_over(tx, key, agent="ana", at=after).held_by(after) == "ana"


def test_resolve_once_and_reopen(store: SqlStore) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        seen = tx.conversation(key).version
        with pytest.raises(StaleVersion):
            triage.resolve(tx, key, seen=seen - 1, agent="ana", pack=make_pack(), at=LATER)
        triage.resolve(tx, key, seen=seen, agent="ana", pack=make_pack(), at=LATER)
        with pytest.raises(AlreadyHandled, match="ana"):
            triage.resolve(tx, key, seen=seen + 1, agent="ben", pack=make_pack(), at=LATER)
        assert listed(tx, ask()) == []
        triage.reopen(tx, key, agent="ana", pack=make_pack(), at=LATER)
        assert listed(tx, ask()) == [key]
        card = tx.triage(key)
        assert card.conversation.due_at == NOW + timedelta(minutes=120)
        assert tx.detail(key).turns[-1].disposition is None


def test_a_snoozed_conversation_keeps_its_decision_when_its_author_writes(store: SqlStore) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        seen = tx.conversation(key).version
        triage.snooze(tx, key, until=LATER + timedelta(hours=1), seen=seen, agent="ana", at=LATER)
        again = make_mention("again", handle="@p1")
        assert tx.take_in(again, at=LATER).conversation_id == key
        act(tx, make_turn(again, Decision.AUTO_REPLY), pack=make_pack(), at=LATER)
        assert listed(tx, ask(View.REVIEW)) == [key]
        assert tx.detail(key).replies == ()


@pytest.mark.parametrize("text", ["", "   ", "x" * 10_001])
def test_a_note_has_words(store: SqlStore, text: str) -> None:
    with store.begin() as tx:
        key = take(tx, 1)
        with pytest.raises(InputInvalid):
            triage.note(tx, key, text=text, agent="ana", at=LATER)
        triage.note(tx, key, text="She called.", agent="ana", at=LATER)
        assert [(note.author, note.text) for note in tx.notes(key)] == [("ana", "She called.")]


def test_agents_and_sessions(store: SqlStore) -> None:
    passwords, password = Argon2(), "correct horse battery"
    with store.begin() as tx:
        agents.add_agent(
            tx, name="ana", role=Role.VENDOR, queues=["care"], password=password, passwords=passwords, at=NOW
        )
    for name, said in (("ana", "wrong"), ("nobody", password)):
        with pytest.raises(NotAllowed):
            agents.sign_in(store, name=name, password=said, passwords=passwords, at=NOW)
    session, token = agents.sign_in(store, name="ana", password=password, passwords=passwords, at=NOW)
    with store.begin() as tx:
        assert agents.signed_in(tx, token, now=LATER) == session.agent
        assert agents.signed_in(tx, token, now=session.expires_at) is None
        assert agents.signed_in(tx, "other", now=LATER) is None
        tx.drop_agent("ana")
        assert agents.signed_in(tx, token, now=LATER) is None
        with pytest.raises(NotFound):
            tx.drop_agent("ana")


@pytest.mark.parametrize(
    ("name", "role", "password"),
    [("", Role.AGENT, "x" * 10), ("ana", Role.AGENT, "short"), ("v", Role.VENDOR, "x" * 10)],
)
def test_an_agent_needs_name_password_and_a_vendor_queues(
    store: SqlStore, name: str, role: Role, password: str
) -> None:
    with store.begin() as tx, pytest.raises(InputInvalid):
        agents.add_agent(tx, name=name, role=role, queues=(), password=password, passwords=Argon2(), at=NOW)
