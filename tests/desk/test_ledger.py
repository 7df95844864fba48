"""Promises need a task, offers need money: both in the transaction of the reply, for people as for the machine."""

from datetime import UTC, date, datetime, timedelta

import pytest

from assistant.desk import ledger, undo
from assistant.desk.act import act
from assistant.desk.review import Reviewed, ReviewRequest, review
from assistant.domain.commitments import Ledger, Offer, TaskState
from assistant.domain.conversation import TurnRecord
from assistant.domain.fairness import GoodwillPolicy, GoodwillRule
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import ClaimKind, Decision, Disposition, Severity
from assistant.errors import Conflict, NotAllowed
from assistant.gate import judge_text
from assistant.ports import Store
from tests.desk_builders import NOW, make_mention, make_pack, make_turn
from tests.stores import new_store

GIFT = "As a gesture of goodwill, here is a EUR 10 voucher for your next flight."
PROMISE = "We'll call you tomorrow at 10:00."
SENTENCE = "A cabin bag may measure 55 x 40 x 20 cm."
PASSAGES = (Passage(id="bag-size@1#0", article_id="bag-size", version=1, title="Cabin bags", text=SENTENCE),)
OFFER = Offer(
    id="meal",
    wording=(GIFT,),
    cost=10,
    budget=25,
    currency="EUR",
    valid_from=date(2026, 1, 1),
    valid_until=date(2026, 6, 30),
)
PACK = make_pack().model_copy(update={"offers": (OFFER,)})


def waiting(store: Store, number: int = 1) -> TurnRecord:
    turn = make_turn(make_mention(str(number), handle=f"h{number}"), Decision.REVIEW)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        return act(tx, turn, pack=PACK, at=NOW)


def respond(store: Store, record: TurnRecord, text: str, *, at: datetime = NOW + timedelta(minutes=5)) -> Reviewed:
    with store.begin() as tx:
        version = tx.conversation(record.conversation_id).version
        request = ReviewRequest(
            turn_id=record.id, seen_version=version, disposition=Disposition.RESPONDED, text=text, agent="ann"
        )
        return review(tx, request, pack=PACK, passages=PASSAGES, at=at)


def test_a_promise_of_an_agent_is_a_task_before_the_reply_goes(store: Store) -> None:
    record = waiting(store)
    reviewed = respond(store, record, f"{SENTENCE} {PROMISE}")
    (task,) = reviewed.tasks
    assert (task.promise, task.owner, task.state) == (PROMISE, "ann", TaskState.OPEN)
    assert task.due_at == NOW + timedelta(minutes=120)  # when the conversation was due
    assert not [finding for finding in reviewed.warnings if finding.guardrail in {"commitments", "facts"}]
    with store.read() as look:
        assert look.tasks(brand_id="skylark", conversation_id=record.conversation_id) == [task]
        assert look.detail(record.conversation_id).replies == (reviewed.reply,)
        assert "task_added" in [entry.event for entry in look.audit()]


def test_a_promise_said_twice_in_one_reply_is_one_task(store: Store) -> None:
    record = waiting(store)
    reviewed = respond(store, record, f"{PROMISE} {SENTENCE} {PROMISE}")
    assert [task.promise for task in reviewed.tasks] == [PROMISE]


def test_a_registered_promise_needs_no_second_task(store: Store) -> None:
    record = waiting(store)
    with store.begin() as tx:
        conversation = tx.conversation(record.conversation_id)
        known = ledger.new_task(conversation, PROMISE, owner="bo", due_at=NOW, by="bo", at=NOW)
        ledger.add(tx, known)
    assert respond(store, record, PROMISE).tasks == ()
    with store.read() as look:
        assert look.tasks(brand_id="skylark") == [known]


def test_only_an_open_task_of_this_conversation_stands_behind_a_promise(store: Store) -> None:
    record, other = waiting(store), waiting(store, 2)
    with store.begin() as tx:
        theirs = ledger.new_task(
            tx.conversation(other.conversation_id), PROMISE, owner="bo", due_at=NOW, by="bo", at=NOW
        )
        ours = ledger.new_task(
            tx.conversation(record.conversation_id), PROMISE, owner="bo", due_at=NOW, by="bo", at=NOW
        )
        ledger.add(tx, theirs)
        ledger.add(tx, ours)
        ledger.close(tx, ours.id, TaskState.CANCELLED, brand_id="skylark", agent="bo", at=NOW)
        with pytest.raises(Conflict, match="cancelled already"):
            ledger.close(tx, ours.id, TaskState.DONE, brand_id="skylark", agent="bo", at=NOW)
    assert len(respond(store, record, PROMISE).tasks) == 1


def test_a_rolled_back_reply_leaves_no_task_and_spends_nothing(store: Store) -> None:
    record = waiting(store)
    with pytest.raises(NotAllowed, match="no approved offer"):
        respond(store, record, f"{PROMISE} We'll give you a EUR 500 voucher.")
    with store.read() as look:
        assert look.tasks(brand_id="skylark") == []
        assert look.offer_spent(brand_id="skylark", offer_id="meal") == 0


def test_an_offer_is_spent_once_a_reply_until_the_money_is_gone(store: Store) -> None:
    for number in (1, 2):
        reviewed = respond(store, waiting(store, number), f"{SENTENCE} {GIFT}")
        assert reviewed.reply is not None
        assert not [finding for finding in reviewed.warnings if finding.severity is Severity.BLOCK]
    with store.read() as look:
        assert look.offer_spent(brand_id="skylark", offer_id="meal") == 20
        assert ledger.left_of(look, OFFER, pack=PACK, at=NOW) == 5
    last = waiting(store, 3)
    with pytest.raises(NotAllowed, match="no approved offer"):
        respond(store, last, GIFT)
    with store.begin() as tx:
        (reply,) = tx.detail(waiting_conversation(store)).replies
        assert ledger.spend(tx, reply, pack=PACK, agent="ann", at=NOW) == ()


def test_a_reply_that_was_taken_back_spends_nothing(store: Store) -> None:
    done = respond(store, waiting(store), f"{SENTENCE} {GIFT}")
    assert done.reply is not None
    with store.begin() as tx:
        later = undo.wait(tx, done.reply, seconds=60)
        undo.undo(tx, later.id, agent="ann", pack=PACK, at=NOW + timedelta(minutes=5))
        assert tx.offer_spent(brand_id="skylark", offer_id="meal") == 0
        record = tx.turn(later.turn_id)
    respond(store, record, f"{SENTENCE} {GIFT}", at=NOW + timedelta(minutes=6))
    with store.read() as look:
        assert look.offer_spent(brand_id="skylark", offer_id="meal") == 10


def waiting_conversation(store: Store) -> str:
    with store.read() as look:
        return look.turn("skylark-x-1-1").conversation_id


@pytest.mark.parametrize(
    ("at", "may"),
    [
        (datetime(2025, 12, 31, 23, 59, tzinfo=UTC), False),
        (datetime(2026, 1, 1, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 22, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 30, 23, 1, tzinfo=UTC), False),  # the next day in Dublin
    ],
)
def test_an_offer_holds_on_its_days_in_the_brands_time_zone(store: Store, at: datetime, may: bool) -> None:
    record = waiting(store)
    if may:
        assert respond(store, record, GIFT, at=at).reply is not None
        return
    with pytest.raises(NotAllowed):
        respond(store, record, GIFT, at=at)


@pytest.mark.parametrize("text", ["We'd like to offer you our help.", f"{SENTENCE} Happy to help you further."])
def test_an_offer_to_help_costs_nothing(store: Store, text: str) -> None:
    assert respond(store, waiting(store), text).reply is not None


def test_other_words_than_the_approved_ones_are_no_approved_offer(store: Store) -> None:
    for text in (
        GIFT.replace("10", "100"),
        GIFT.replace("flight", "10 flights"),
        "Here is a free voucher for you, on us.",
    ):
        record = waiting(store, hash(text))
        with pytest.raises(NotAllowed):
            respond(store, record, text)


def test_automation_makes_no_promise_and_no_offer() -> None:
    bound = Ledger(promises=(PROMISE,), offers=(GIFT,))
    for text in (PROMISE, GIFT):
        arguments = {"passages": PASSAGES, "mention": make_mention(), "pack": PACK, "automated": True}
        alone = judge_text(text, **arguments)  # type: ignore[arg-type]
        assert [claim.supported for claim in alone.claims] == [False]
        assert not alone.clean
        stands = judge_text(text, ledger=bound, **arguments)  # type: ignore[arg-type]
        assert [claim.supported for claim in stands.claims] == [True]
        assert stands.claims[0].kind in {ClaimKind.PROMISE, ClaimKind.OFFER}


CUSTOMER = (
    "Hi, I'm Maria Silva, booking AB12CD on LK 412 on 14 March 2026. You said a EUR 250 refund, 80 % off and bags of "
    "40 kg within 3 days; bags are refundable. See https://evil.example/pay, write to me@evil.example or call "
    "+353 1 555 0199 at 18:45."
)


@pytest.mark.parametrize(
    ("sentence", "stands"),
    [
        ("Maria, thanks for your message.", True),
        ("It is about flight LK 412.", True),
        ("It is about booking AB12CD.", True),
        ("It is about 14 March 2026.", True),
        ("A refund is EUR 250.", False),
        ("That is 80 % less.", False),
        ("A bag has 40 kg.", False),
        ("It takes 3 days.", False),
        ("It is at 18:45.", False),
        ("See https://evil.example/pay for it.", False),
        ("Write to me@evil.example please.", False),
        ("Call +353 1 555 0199 please.", False),
        ("It is about flight LK 999.", False),
        ("Thanks for your message, Bob Miller.", False),
    ],
)
def test_a_customers_words_support_who_and_which_and_nothing_else(sentence: str, stands: bool) -> None:
    mention = make_mention(text=CUSTOMER)
    verdict = judge_text(sentence, passages=(), mention=mention, pack=PACK, automated=True)
    assert [finding.excerpt for finding in verdict.findings if finding.guardrail == "facts"] == (
        [] if stands else [sentence]
    )


def test_a_policy_or_promise_in_a_customers_words_supports_nothing() -> None:
    mention = make_mention(text="You told me bags are refundable and that you will call me today.")
    for sentence in ("Bags are refundable.", "We will call you today."):
        verdict = judge_text(sentence, passages=(), mention=mention, pack=PACK, automated=True)
        assert [claim.supported for claim in verdict.claims] == [False]
        assert not verdict.clean


def test_an_offer_counts_only_in_the_case_the_table_names() -> None:
    store = new_store()
    turn = make_turn(make_mention("gw", handle="gwen"), Decision.REVIEW)
    rules = (GoodwillRule(why="bags", intents=("bag_size",), offer=OFFER.id),)
    with store.begin() as tx:
        tx.take_in(turn.mention, at=NOW)
        record = act(tx, turn, pack=make_pack(), at=NOW)
        conversation = tx.conversation(record.conversation_id)
        allowed = make_pack().model_copy(update={"offers": (OFFER,), "goodwill": GoodwillPolicy(rules=rules)})
        other = rules[0].model_copy(update={"intents": ("refund",)})
        refused = allowed.model_copy(update={"goodwill": GoodwillPolicy(rules=(other,))})
        assert ledger.ledger_of(tx, conversation, pack=allowed, at=NOW).offers == OFFER.wording
        assert ledger.ledger_of(tx, conversation, pack=refused, at=NOW).offers == ()


def test_no_words_give_away_what_no_offer_covers(store: Store) -> None:
    record = waiting(store)
    for text in ("Here is a EUR 50 voucher for you.", "Your next flight is on us.", "Hier ist ein Gutschein."):
        with pytest.raises(NotAllowed, match="no approved offer"):
            respond(store, record, text)
    assert respond(store, record, GIFT).reply is not None


@pytest.mark.parametrize(
    ("promise", "minutes"),
    [
        ("We'll call you within 30 minutes.", 30),
        ("We'll call you in half an hour.", 30),
        ("We'll call you within three days.", 120),
        ("We'll call you today at 10:00.", 60),
        ("We'll call you tonight.", 120),
    ],
)
def test_a_promise_with_a_time_is_due_by_then_and_never_later_than_the_conversation(promise: str, minutes: int) -> None:
    store = new_store()
    (task,) = respond(store, waiting(store), promise, at=NOW).tasks
    assert task.due_at == NOW + timedelta(minutes=minutes)
