"""Canaries look like any draft, are never sent, and make accepting dearer where they pass unread."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.desk.act import act
from assistant.desk.canaries import plant, rate_of, rates
from assistant.desk.outbox import deliver_due
from assistant.desk.replies import reply_to
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.domain.canary import NEWEST, Canary, Friction, catch_rate
from assistant.domain.conversation import Reply, ReplyState
from assistant.domain.vocabulary import ConversationState, Decision, Disposition
from assistant.errors import AssistantError, ConfirmFirst, Conflict
from assistant.ports import Store
from tests.desk_builders import DISCLOSURE, NOW, SetClock, make_draft, make_mention, make_pack, make_turn
from tests.stores import new_store

PACK = make_pack()
WRONG = "A cabin bag may measure 82 x 40 x 20 cm."
RIGHT = "A cabin bag may measure 55 x 40 x 20 cm."
LATER = SetClock(NOW + timedelta(days=1))


class Network:
    """Posts whatever it is given."""

    name = "x"

    def __init__(self) -> None:
        self.posted: list[str] = []

    def send(self, reply: Reply) -> str:
        self.posted.append(reply.text)
        return reply.delivery_key

    def find(self, delivery_key: str) -> str | None:
        return None


def planted(store: Store, number: int = 1) -> Canary:
    turn = make_turn(make_mention(str(number)), draft=make_draft(WRONG))
    with store.begin() as tx:
        return plant(tx, turn, kind="figure", wrong=WRONG, planted="55 became 82", pack=PACK, at=NOW)


def settle(
    store: Store, turn_id: str, disposition: Disposition, text: str | None = None, *, confirmed: bool = False
) -> Reviewed:
    with store.begin() as tx:
        conversation = tx.conversation(tx.turn(turn_id).conversation_id)
        request = ReviewRequest(
            turn_id=turn_id,
            seen_version=conversation.version,
            disposition=disposition,
            text=text,
            agent="ann",
            confirmed=confirmed,
        )
        return review(tx, request, pack=PACK, passages=(), at=NOW + timedelta(minutes=1))


@pytest.mark.parametrize(
    ("disposition", "text", "caught"),
    [
        (Disposition.ACCEPTED, None, False),
        (Disposition.EDITED, f"Hello! {WRONG} {DISCLOSURE}", False),
        (Disposition.EDITED, WRONG.replace(" may ", " may\r\n") + DISCLOSURE, False),
        (Disposition.EDITED, f"Hi Ann, your cabin bag can measure 82 x 40 x 20 cm! {DISCLOSURE}", False),
        (Disposition.EDITED, f"{RIGHT} {DISCLOSURE}", True),
        (Disposition.EDITED, f"Hi Ann, your cabin bag can measure 55 x 40 x 20 cm! {DISCLOSURE}", True),
        (Disposition.RESPONDED, "Please see our site.", True),
        (Disposition.IGNORED, None, True),
    ],
)
def test_it_waits_like_any_draft_and_tells_afterwards(
    store: Store, disposition: Disposition, text: str | None, caught: bool
) -> None:
    canary = planted(store)
    with store.read() as look:
        (talk,) = look.conversations(brand_id="skylark")
    assert (talk.decision, talk.queue) == (Decision.REVIEW, canary.queue)
    told = settle(store, canary.turn_id, disposition, text)
    assert told.canary is not None
    assert (told.canary.caught, told.reply, told.conversation.state) == (caught, None, ConversationState.RESOLVED)
    with store.read() as look:
        assert not look.edits(brand_id="skylark")
        assert not look.tasks(brand_id="skylark")


@pytest.mark.parametrize(
    ("kind", "wrong", "text", "caught"),
    [
        (
            "polarity",
            "You can't bring a small dog on board.",
            "You can’t bring a small dog on board, sorry.",
            False,
        ),
        ("polarity", "You can't bring a small dog on board.", "Hi! You can bring a small dog on board with us.", True),
        (
            "promise",
            "We will refund the full fare to your card today.",
            "We'll refund the full fare to your card today!",
            False,
        ),
        ("promise", "We will refund the full fare to your card today.", "A colleague looks into the fare.", True),
        ("figure", "Call us on line 9.", "Call us on line 6.", True),
        ("figure", "You may bring 3 bags of 23 kg.", "You may bring 2 bags of 23 kg.", True),
        ("figure", "You may bring 3 bags of 23 kg.", "Bring up to 3 bags, 23 kg each.", False),
    ],
)
def test_who_only_says_it_in_other_words_has_not_caught_it(
    store: Store, kind: str, wrong: str, text: str, caught: bool
) -> None:
    turn = make_turn(make_mention("1"), draft=make_draft(wrong))
    with store.begin() as tx:
        canary = plant(tx, turn, kind=kind, wrong=wrong, planted="", pack=PACK, at=NOW)
    told = settle(store, canary.turn_id, Disposition.EDITED, f"{text} {DISCLOSURE}")
    assert told.canary is not None
    assert told.canary.caught is caught


ACTIONS = st.lists(
    st.tuples(
        st.sampled_from(Disposition), st.sampled_from([None, WRONG, RIGHT, "Please see our site."]), st.booleans()
    ),
    max_size=3,
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(actions=ACTIONS, forced=st.booleans(), redrafted=st.booleans(), automated=st.booleans())
def test_whatever_is_done_with_it_it_is_never_sent(
    actions: list[tuple[Disposition, str | None, bool]], forced: bool, redrafted: bool, automated: bool
) -> None:
    """Even a row that a fault put into the outbox by another way, and a draft written anew, stay here."""
    store, network = new_store(), Network()
    try:
        canary = planted(store)
        turn_id = canary.turn_id
        with store.begin() as tx:
            record = tx.turn(turn_id)
            if redrafted:
                turn = make_turn(record.turn.mention, Decision.REVIEW, draft=make_draft(RIGHT), ms=3.0)
                turn_id = tx.add_turn(turn, at=NOW).id
            if forced:
                reply = reply_to(
                    record, pack=PACK, text=WRONG, written_by="x", approved_by=None, automated=automated, at=NOW
                )
                tx.enqueue(reply)
        for disposition, text, confirmed in actions:
            try:
                settle(store, turn_id, disposition, text, confirmed=confirmed)
            except AssistantError:
                continue
        deliver_due(store, {"x": network}, brand_id="skylark", clock=LATER)
        deliver_due(store, {"x": network}, brand_id="skylark", clock=SetClock(NOW + timedelta(days=2)))
        assert network.posted == []
        with store.read() as look:
            replies = look.detail(canary.conversation_id).replies
        assert all(reply.state is ReplyState.WITHDRAWN for reply in replies)
    finally:
        store.close()


@pytest.mark.parametrize(("event", "caught"), [("turn_redrafted", True), ("turn_decided", None)])
def test_a_right_draft_in_the_place_of_the_planted_one_is_no_miss(
    store: Store, event: str, caught: bool | None
) -> None:
    canary = planted(store)
    with store.begin() as tx:
        anew = tx.add_turn(make_turn(tx.mention("skylark-x-1"), Decision.REVIEW, draft=make_draft(RIGHT)), at=NOW)
        tx.append_audit(brand_id="skylark", at=NOW, actor="ann", event=event, subject=anew.id, facts={})
    told = settle(store, anew.id, Disposition.ACCEPTED).canary
    assert told is not None
    assert (told.turn_id, told.caught, told.by) == (canary.turn_id, caught, "ann")
    with store.read() as look:
        assert rate_of(look, canary.queue, brand_id="skylark").n == (caught is True)


def test_it_touches_no_conversation_there_is(store: Store) -> None:
    planted(store)
    with pytest.raises(Conflict, match="one of its own"):
        planted(store)
    with store.begin() as tx:
        tx.take_in(make_mention("real", handle="bob"), at=NOW)
    turn = make_turn(make_mention("9", handle="@Bob"), draft=make_draft(WRONG))
    with pytest.raises(Conflict, match="one of its own"), store.begin() as tx:
        plant(tx, turn, kind="figure", wrong=WRONG, planted="55 became 82", pack=PACK, at=NOW)


@pytest.fixture
def careless(store: Store) -> Store:
    """Reviewers who let 8 of 8 through."""
    for number in range(8):
        settle(store, planted(store, 100 + number).turn_id, Disposition.ACCEPTED, confirmed=True)
    return store


def test_friction_rises_where_they_pass_unread(careless: Store) -> None:
    with careless.read() as look:
        (rate,) = rates(look, brand_id="skylark")
        assert rate == rate_of(look, "baggage", brand_id="skylark")
    assert (rate.caught, rate.n, rate.friction) == (0, 8, Friction.HOLD)
    turn = make_turn(make_mention("real", handle="bob"), Decision.REVIEW)
    with careless.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=PACK, at=NOW)
    with pytest.raises(ConfirmFirst, match="0 of 8"):
        settle(careless, record.id, Disposition.ACCEPTED)
    with pytest.raises(ConfirmFirst):
        settle(careless, planted(careless, 200).turn_id, Disposition.ACCEPTED)
    reply = settle(careless, record.id, Disposition.ACCEPTED, confirmed=True).reply
    assert reply is not None
    assert reply.not_before - (NOW + timedelta(minutes=1)) == timedelta(seconds=120)


def test_careful_queues_and_other_decisions_cost_nothing(store: Store) -> None:
    for number in range(8):
        settle(store, planted(store, number).turn_id, Disposition.IGNORED)
    with store.read() as look:
        assert rate_of(look, "baggage", brand_id="skylark").friction is Friction.NONE
        assert rate_of(look, "care", brand_id="skylark").friction is Friction.NONE
    assert settle(store, planted(store, 50).turn_id, Disposition.ACCEPTED).canary is not None


@given(st.lists(st.sampled_from([True, False, None]), max_size=NEWEST + 10))
def test_catching_more_never_costs_more(verdicts: list[bool | None]) -> None:
    def rate(told: Sequence[bool | None]) -> float:
        made = [canary(caught) for caught in told]
        return catch_rate("q", made).high

    better = [True if verdict is False else verdict for verdict in verdicts]
    assert rate(better) >= rate(verdicts)


def test_one_kept_under_the_older_name_of_its_reviewer_is_read() -> None:
    kept = canary(True).model_dump(mode="json", exclude={"by"}) | {"agent": "ann"}
    assert Canary.model_validate(kept).by == "ann"


def canary(caught: bool | None) -> Canary:
    return Canary(
        turn_id="t",
        brand_id="b",
        conversation_id="c",
        queue="q",
        kind="figure",
        wrong="w",
        planted="p",
        planted_at=NOW,
        caught=caught,
    )
