"""What every store promises about work that several processes share."""

import threading
import time
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.audit import first_break
from assistant.domain.budget import Budget
from assistant.domain.conversation import ReplyState, conversation_id_of
from assistant.domain.triage import QueueQuery, View
from assistant.errors import NotFound
from assistant.ports import HANDED_OVER, PutOff, Ranked, Store, WaitingAnswer
from tests import postgres
from tests.desk_builders import NOW, make_mention, make_reply, make_turn

pytestmark = pytest.mark.xdist_group("postgres")


def put(store: Store, count: int) -> list[str]:
    with store.begin() as tx:
        return [tx.take_in(make_mention(str(number)), at=NOW).mention_id for number in range(count)]


def at_once(*jobs: Callable[[], object]) -> None:
    """Run the jobs in threads; the first failure of any is raised."""
    failures: list[BaseException] = []

    def run(job: Callable[[], object]) -> None:
        try:
            job()
        except BaseException as failure:  # a thread's failure must fail the test
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []


def test_mentions_are_claimed_oldest_first_and_once(store: Store) -> None:
    ids = put(store, 5)
    with store.begin() as tx:
        tx.add_turn(make_turn(make_mention("1")), at=NOW)
        first = tx.claim_mentions(brand_id="skylark", by="a", limit=2)
    with store.begin() as tx:
        second = tx.claim_mentions(brand_id="skylark", by="b", limit=9)
        assert tx.claim_mentions(brand_id="skylark", by="c", limit=9) == []
        assert tx.claimants(brand_id="skylark") == {"a", "b"}
        assert tx.backlog(brand_id="skylark", limit=3) == 3
        assert tx.backlog(brand_id="skylark", limit=99) == 4
    assert [mention.id for mention in first] == [ids[0], ids[2]]
    assert [mention.id for mention in second] == ids[3:]


def test_two_claimers_at_once_never_get_the_same_mention(store: Store) -> None:
    put(store, 60)
    got: dict[str, list[str]] = {"a": [], "b": []}

    def claim(name: str) -> None:
        for _ in range(20):
            with store.begin() as tx:
                got[name] += [mention.id for mention in tx.claim_mentions(brand_id="skylark", by=name, limit=3)]

    at_once(lambda: claim("a"), lambda: claim("b"))
    assert len(got["a"] + got["b"]) == len(set(got["a"] + got["b"])) == 60


def turns(store: Store, by: str, limit: int, *, late: bool = False, urgent_only: bool = False) -> list[Ranked]:
    with store.begin() as tx:
        overdue = NOW + timedelta(seconds=late)
        claimed = tx.claim_ranked(brand_id="skylark", by=by, limit=limit, overdue=overdue, urgent_only=urgent_only)
        return list(claimed)


def test_what_was_read_is_taken_up_by_rank_whoever_read_it_and_once(store: Store) -> None:
    ids = put(store, 6)
    with store.begin() as tx:
        tx.claim(ids[:5], by="reader")
        tx.rank_mentions({ids[0]: 3, ids[1]: 3, ids[2]: 1, ids[3]: 2, ids[4]: 1})
        assert list(tx.unclaimed(brand_id="skylark")) == [0, 1, 2, 3]
        assert [each.id for each in tx.claim_mentions(brand_id="skylark", by="a", limit=9)] == [ids[5]]
        tx.add_turn(make_turn(make_mention("4")), at=NOW)
    first = turns(store, "a", 2, late=True, urgent_only=True)
    assert [(each.mention.id, each.rank, each.by_age) for each in first] == [(ids[0], 3, True), (ids[2], 1, False)]
    rest = turns(store, "b", 9)
    assert [(each.mention.id, each.rank, each.by_age) for each in rest] == [(ids[3], 2, False), (ids[1], 3, False)]
    assert turns(store, "c", 9) == []
    with store.begin() as tx:
        assert tx.give_back(brand_id="skylark", by="a") == 3
    assert [each.mention.id for each in turns(store, "c", 9)] == [ids[2], ids[0]]
    with store.begin() as tx:
        tx.claim([ids[0]], by=HANDED_OVER)
        assert tx.handed_over(brand_id="skylark", limit=9) == 1


def test_taking_in_many_does_to_each_what_taking_in_one_does(store: Store) -> None:
    handles = ("ann", "bob", "ann", "", "", "ann", "cy")
    mentions = [make_mention(str(number), handle=handle) for number, handle in enumerate(handles)]
    again = [*mentions, mentions[2]]
    other = [each.model_copy(update={"brand_id": "other", "id": f"other-{each.id}"}) for each in again]
    with store.begin() as tx:
        tx.take_in(mentions[1], at=NOW)
        tx.take_in(other[1], at=NOW)
        many = tx.take_in_many(again, at=NOW + timedelta(seconds=1))
        single = [tx.take_in(each, at=NOW + timedelta(seconds=1)) for each in other]
    assert [each.new for each in many] == [each.new for each in single] == [True, False, *[True] * 5, False]
    with store.read() as look:
        for one, same in zip(many, single, strict=True):
            here, there = look.detail(one.conversation_id), look.detail(same.conversation_id)
            assert [each.external_id for each in here.mentions] == [each.external_id for each in there.mentions]
            ids = {"id": here.conversation.id, "brand_id": "skylark"}
            assert there.conversation.model_copy(update=ids) == here.conversation


def test_what_a_dead_process_held_is_given_back(store: Store) -> None:
    ids = put(store, 3)
    with store.begin() as tx:
        tx.claim(ids[:2], by="dead")
        tx.claim(ids[2:], by=HANDED_OVER)
        record = tx.add_turn(make_turn(make_mention("0")), at=NOW)
        reply = make_reply(record.id, record.conversation_id, not_before=NOW + timedelta(seconds=10))
        tx.enqueue(reply.model_copy(update={"state": ReplyState.SENDING, "claimed_by": "dead", "attempts": 1}))
        assert tx.claimants(brand_id="skylark") == {"dead"}
        assert tx.release(brand_id="skylark", by=["dead"], at=NOW) == 2
        assert tx.claimants(brand_id="skylark") == frozenset()
        assert [each.id for each in tx.claim_mentions(brand_id="skylark", by="b", limit=9)] == [ids[1]]
        assert [each.attempts for each in tx.due_replies(brand_id="skylark", now=NOW, limit=9)] == [1]


def test_what_a_living_process_could_not_see_to_is_let_go_and_its_replies_stay_its_own(store: Store) -> None:
    ids = put(store, 4)
    with store.begin() as tx:
        tx.claim(ids[:2], by="cut off")
        tx.claim(ids[2:3], by="other")
        record = tx.add_turn(make_turn(make_mention("0")), at=NOW)
        reply = make_reply(record.id, record.conversation_id, not_before=NOW + timedelta(seconds=10))
        tx.enqueue(reply.model_copy(update={"state": ReplyState.SENDING, "claimed_by": "cut off", "attempts": 1}))
        assert tx.give_back(brand_id="skylark", by="cut off") == 1
        assert tx.claimants(brand_id="skylark") == {"cut off", "other"}
        assert [each.id for each in tx.claim_mentions(brand_id="skylark", by="b", limit=9)] == [ids[1], ids[3]]
        assert tx.due_replies(brand_id="skylark", now=NOW, limit=9) == []


def test_a_mention_whose_workflow_is_lost_is_found_again(store: Store) -> None:
    ids = put(store, 2)
    with store.begin() as tx:
        tx.claim(ids, by=HANDED_OVER)
        tx.add_turn(make_turn(make_mention("0")), at=NOW)
        assert tx.abandoned(brand_id="skylark", before=NOW, limit=9) == []
        later = NOW + timedelta(seconds=1)
        assert [each.id for each in tx.abandoned(brand_id="skylark", before=later, limit=9)] == ids[1:]


def test_a_channels_budget_is_kept(store: Store) -> None:
    with store.begin() as tx:
        assert tx.budget("x") is None
        tx.save_budget("x", Budget(remaining=3, resets_at=NOW))
        tx.save_budget("x", Budget(remaining=0, resets_at=NOW, paused_until=NOW))
    with store.read() as look:
        assert look.budget("x") == Budget(remaining=0, resets_at=NOW, paused_until=NOW)
        assert look.budget("email") is None


def test_first_messages_of_one_person_at_once_open_one_conversation(store: Store) -> None:
    def take(name: str) -> None:
        for number in range(10):
            with store.begin() as tx:
                tx.take_in(make_mention(f"{name}{number}", handle=f"h{number}"), at=NOW)
                tx.append_audit(brand_id="skylark", at=NOW, actor=name, event="e", subject="s", facts={})

    at_once(lambda: take("a"), lambda: take("b"), lambda: take("c"))
    with store.read() as look:
        assert [each.version for each in look.conversations(brand_id="skylark")] == [3] * 10
        assert first_break(look.audit()) is None


def test_batches_over_the_same_conversations_in_opposite_orders_do_not_block_each_other(store: Store) -> None:
    def take(name: str, numbers: list[int]) -> None:
        for round_ in range(5):
            mentions = [make_mention(f"{name}{round_}{number}", handle=f"h{number}") for number in numbers]
            with store.begin() as tx:
                tx.reserve([conversation_id_of(mention) for mention in mentions])
                for mention in mentions:
                    tx.take_in(mention, at=NOW)

    at_once(lambda: take("a", list(range(8))), lambda: take("b", list(reversed(range(8)))))
    with store.read() as look:
        assert [each.version for each in look.conversations(brand_id="skylark")] == [10] * 8


def test_handing_over_waits_for_whoever_answers_the_same_mentions_in_another_order() -> None:
    """Two workers: one answers what the other is still writing down as handed over."""
    with postgres.store_database() as url, closing(SqlStore(url)) as store:
        ids = put(store, 2)
        begun, waits = threading.Event(), threading.Event()

        def answer() -> None:
            with store.begin() as tx:
                tx.reserve([conversation_id_of(make_mention(str(number))) for number in range(2)])
                tx.add_turn(make_turn(make_mention("1")), at=NOW)
                begun.set()
                assert waits.wait(60)
                tx.add_turn(make_turn(make_mention("0")), at=NOW)

        def hand_over() -> None:
            assert begun.wait(60)
            with store.begin() as tx:
                tx.claim(ids, by=HANDED_OVER)

        def watch() -> None:
            while not postgres.somebody_waits(url):
                time.sleep(0.02)
            waits.set()

        at_once(answer, hand_over, watch)
        with store.read() as look:
            assert all(look.current_turn(each) is not None for each in ids)


def test_several_processes_may_upgrade_one_database_at_once() -> None:
    with postgres.database() as url:
        stores: list[SqlStore] = []
        at_once(*[lambda: stores.append(SqlStore(url))] * 4)
        for each in stores:
            each.check()
            each.close()


def test_whoever_follows_events_by_number_misses_none_of_two_writers_at_once() -> None:
    """The one that began first commits last: what it tells must not get a number that was passed already."""
    with postgres.store_database() as url, closing(SqlStore(url)) as store:
        told, go_on = threading.Event(), threading.Event()

        def write_slowly() -> None:
            with store.begin() as tx:
                tx.add_event(brand_id="skylark", kind="slow", conversation_id="", at=NOW)
                told.set()
                assert go_on.wait(60)

        def follow(after: int) -> list[tuple[int, str]]:
            with store.read() as look:
                return [(each.sequence, each.kind) for each in look.events(brand_id="skylark", after=after, limit=9)]

        def write_quickly() -> None:
            assert told.wait(60)
            with store.begin() as tx:
                tx.add_event(brand_id="skylark", kind="quick", conversation_id="", at=NOW)
            seen = follow(0)
            go_on.set()
            slow.join(60)
            assert [kind for _, kind in seen + follow(seen[-1][0])] == ["quick", "slow"]

        slow = threading.Thread(target=write_slowly)
        slow.start()
        at_once(write_quickly)


def test_who_waits_for_the_index_is_held_by_nobody_and_listed_by_how_long_they_may(store: Store) -> None:
    ids = put(store, 4)
    soon, late = NOW + timedelta(minutes=1), NOW + timedelta(minutes=2)
    with store.begin() as tx:
        tx.claim(ids, by=HANDED_OVER)
        tx.add_turn(make_turn(make_mention("3")), at=NOW)
        for mention_id, until in zip(ids, (late, soon, late, soon), strict=True):
            tx.let_wait(mention_id, until=until)
        tx.let_wait(ids[1], until=late)
        assert [each.id for each in tx.put_off(brand_id="skylark", limit=2)] == [ids[1], ids[0]]
        assert len(tx.put_off(brand_id="skylark", limit=9)) == 3
        assert tx.put_off(brand_id="other", limit=9) == []
        assert tx.count_put_off(brand_id="skylark", most=9) == PutOff(3, soon)
        assert tx.count_put_off(brand_id="skylark", most=2).answers == 2
        assert tx.count_put_off(brand_id="other", most=9) == PutOff(0, None)
        talks = [conversation_id_of(make_mention(str(number))) for number in range(4)]
        listed = tx.waiting_answers(brand_id="skylark", limit=9)
        assert listed == [
            WaitingAnswer(mention_id, talks[number], NOW, until)
            for number, mention_id, until in ((1, ids[1], soon), (0, ids[0], late), (2, ids[2], late))
        ]
        assert tx.waiting_answers(brand_id="skylark", limit=1) == listed[:1]
        assert tx.waiting_answers(brand_id="skylark", limit=9, conversation_id=talks[2]) == listed[2:]
        assert tx.waiting_answers(brand_id="other", limit=9) == []
        asked = QueueQuery(brand_id="skylark", view=View.PUT_OFF, agent="ann", now=NOW)
        assert [card.conversation.id for card in tx.queue(asked)] == [talks[1], *sorted([talks[0], talks[2]])]
        assert tx.counts(asked, [View.PUT_OFF], most=9) == {View.PUT_OFF: 3}
        assert (tx.wait(ids[1]), tx.wait(ids[3]).until) == ((NOW, soon), None)
        assert (tx.claimants(brand_id="skylark"), tx.unclaimed(brand_id="skylark")) == (frozenset(), [])
        assert tx.handed_over(brand_id="skylark", limit=9) == 0
        assert tx.abandoned(brand_id="skylark", before=late, limit=9) == []
        with pytest.raises(NotFound):
            tx.wait("nobody")
