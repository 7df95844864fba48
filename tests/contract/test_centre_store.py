"""What every store promises the command centre."""

from datetime import timedelta

import assistant.desk.automation as automation
from assistant.desk.act import act
from assistant.desk.canaries import plant
from assistant.desk.triage import reopen, resolve
from assistant.domain.centre import Decided
from assistant.domain.conversation import ReplyState
from assistant.domain.vocabulary import Decision, Stance
from assistant.ports import Store
from assistant.ports.desk import Rates
from tests.contract.test_console_store import take
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn


def test_counts_by_time_and_subject(store: Store) -> None:
    with store.begin() as tx:
        for number in range(3):
            take(tx, number, Decision.HANDOFF if number else Decision.REVIEW)
    with store.read() as look:
        assert look.arrivals(brand_id="skylark", since=NOW) == {NOW: 3}
        assert look.arrivals(brand_id="skylark", since=NOW - timedelta(days=2), by_hour=True) == {NOW: 3}
        assert look.arrivals(brand_id="skylark", since=NOW + timedelta(seconds=1)) == {}
        assert look.arrivals(brand_id="other", since=NOW) == {}
        (now,) = look.flows(brand_id="skylark", now=NOW + timedelta(minutes=59), most=100)
        assert (now.intent, now.channel, now.recent, now.before, now.last_at) == ("bag_size", "x", 3, 0, NOW)
        (later,) = look.flows(brand_id="skylark", now=NOW + timedelta(hours=23), most=2)
        assert (later.recent, later.before) == (0, 2)
        assert look.flows(brand_id="skylark", now=NOW + timedelta(hours=25), most=100) == []
        found = {(each.decision, each.count) for each in look.decided(brand_id="skylark", newest=100)}
        assert found == {(Decision.REVIEW, 1), (Decision.HANDOFF, 2)}
        assert look.decided(brand_id="skylark", newest=1) == [
            Decided(decision=Decision.HANDOFF, disposition=None, count=1, since=NOW)
        ]


def test_planted_drafts_are_no_arrivals(store: Store) -> None:
    """Fifty at once would read as a surge of what they are about."""
    turn = make_turn(make_mention("planted", handle="@q"), Decision.REVIEW, draft=make_draft())
    with store.begin() as tx:
        take(tx, 1)
        plant(tx, turn, kind="figure", wrong="55", planted="55 became 82", pack=make_pack(), at=NOW)
    with store.read() as look:
        assert look.arrivals(brand_id="skylark", since=NOW) == {NOW: 1}
        assert [each.recent for each in look.flows(brand_id="skylark", now=NOW, most=100)] == [1]
        assert [each.count for each in look.decided(brand_id="skylark", newest=100)] == [1]
        assert [each.waiting for each in look.depths(brand_id="skylark", now=NOW)] == [2]  # which nobody tells apart


def test_a_calm_complaint_is_counted_apart_as_upset(store: Store) -> None:
    with store.begin() as tx:
        take(tx, 1)
        complains = take(tx, 2, stance=Stance.COMPLAINT)
    with store.read() as look:
        flows = look.flows(brand_id="skylark", now=NOW + timedelta(minutes=5), most=100)
        assert {(each.upset, each.sentiment, each.recent) for each in flows} == {
            (False, "neutral", 1),
            (True, "neutral", 1),
        }
        assert look.triage(complains).upset


def test_what_waits_and_who_holds_it(store: Store) -> None:
    with store.begin() as tx:
        first = take(tx, 1, due=30)
        take(tx, 2, due=90)
        take(tx, 3, Decision.AUTO_REPLY)
        card = tx.triage(first)
        tx.save_triage(card.model_copy(update={"assignee": "ana"}))
    with store.read() as look:
        (depth,) = look.depths(brand_id="skylark", now=NOW + timedelta(minutes=45))
        assert (depth.queue, depth.waiting, depth.late) == (card.conversation.queue, 2, 1)
        assert depth.next_due_at == NOW + timedelta(minutes=30)
        assert look.oldest_waiting_at(brand_id="skylark") == NOW
        assert look.oldest_waiting_at(brand_id="other") is None
        assert look.loads(brand_id="skylark") == {"ana": 1}
        (out,) = look.outgoing(brand_id="skylark")
        assert (out.channel, out.waiting, out.failing) == ("x", 1, 0)
        assert look.waits(brand_id="skylark", newest=10) == []


def test_waits_end_when_an_answer_left(store: Store) -> None:
    with store.begin() as tx:
        talk = take(tx, 1, Decision.AUTO_REPLY)
        (reply,) = tx.detail(talk).replies
        sent = {"state": "sent", "sent_id": "1", "not_before": NOW + timedelta(minutes=3)}
        tx.save_reply(reply.model_validate({**dict(reply), **sent}))
        assert tx.waits(brand_id="skylark", newest=10) == [(True, 3.0, NOW)]


def test_who_writes_again_has_waited_since_the_first_message_that_nobody_answered(store: Store) -> None:
    later = NOW + timedelta(hours=2)
    with store.begin() as tx:
        take(tx, 1)
        tx.take_in(make_mention("1 again", handle="@p1", text="hello?"), at=later)
        assert tx.oldest_waiting_at(brand_id="skylark") == NOW


def test_who_was_answered_waits_since_they_wrote_again(store: Store) -> None:
    later = NOW + timedelta(hours=2)
    with store.begin() as tx:
        (reply,) = tx.detail(take(tx, 1, Decision.AUTO_REPLY)).replies
        tx.save_reply(reply.model_validate({**dict(reply), "state": "sent", "sent_id": "1"}))
        again = make_mention("1 again", handle="@p1", text="hello?")
        tx.take_in(again, at=later)
        act(tx, make_turn(again, Decision.REVIEW), pack=make_pack(), at=later)
        assert tx.oldest_waiting_at(brand_id="skylark") == later


def test_what_a_stop_did_is_told_of_this_brands_answers_alone(store: Store) -> None:
    with store.begin() as tx:
        automation.set_kill_switch(tx, "skylark", on=True, by="ann", at=NOW)
        (reply,) = tx.detail(take(tx, 1, Decision.AUTO_REPLY)).replies
        theirs = reply.model_copy(update={"id": "r-theirs", "brand_id": "other", "delivery_key": "d-theirs"})
        tx.enqueue(theirs)
        for each in (reply, theirs):
            brand, key = each.brand_id, each.id
            tx.save_reply(each.model_copy(update={"state": ReplyState.SENT}))
            tx.append_audit(brand_id=brand, at=NOW, actor="outbox", event="reply_sent", subject=key, facts={})
    with store.read() as look:
        stop = look.last_stop("skylark")
    assert stop is not None
    assert stop.left == 1


def test_what_a_forecast_counts(store: Store) -> None:
    """Who writes again has come in again, however long ago the clock began."""
    began, hour = NOW, NOW + timedelta(hours=5)
    with store.begin() as tx:
        talks = [take(tx, number, due=60 * number) for number in (3, 1, 2)]
        queue = tx.conversation(talks[0]).queue
        for number, talk in enumerate(talks[:2]):
            seen = tx.conversation(talk)
            at = hour if number else began
            resolve(tx, talk, seen=seen.version, agent="ana", pack=make_pack(), at=at)
        reopen(tx, talks[0], agent="ana", pack=make_pack(), at=hour)
    with store.read() as look:
        ends = look.promises_end(brand_id="skylark", queue=queue)
        lately = look.rates(brand_id="skylark", queue=queue, since=hour)
        ever = look.rates(brand_id="skylark", queue=queue, since=began)
        assert look.promises_end(brand_id="skylark", queue="nowhere") == []
        assert look.rates(brand_id="skylark", queue="nowhere", since=began) == Rates(arrived=0, settled=0)
    assert list(ends) == sorted(ends)
    assert len(ends) == 2
    assert lately == Rates(arrived=1, settled=1)
    assert ever == Rates(arrived=3, settled=1)
