"""What every store promises."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from assistant.domain.audit import first_break
from assistant.domain.automation import AutomationState, Hold
from assistant.domain.basis import MentionChange
from assistant.domain.conversation import ReplyState
from assistant.domain.sla import SlaClock
from assistant.domain.vocabulary import ConversationState, Decision, Disposition, Visibility
from assistant.errors import InputInvalid, NotFound, StaleVersion
from assistant.ports import Reading, Store, Transaction
from tests.desk_builders import NOW, make_mention, make_reply, make_turn

pytestmark = pytest.mark.xdist_group("postgres")

Edit = Callable[[Transaction], object]


def test_a_mention_is_kept_once(store: Store) -> None:
    mention = make_mention()
    with store.begin() as tx:
        first = tx.take_in(mention, at=NOW)
    with store.begin() as tx:
        again = tx.take_in(mention.model_copy(update={"text": "changed"}), at=NOW)
        detail = tx.detail(first.conversation_id)
    assert (first.new, again.new) == (True, False)
    assert again.conversation_id == first.conversation_id
    assert detail.mentions == (mention,)
    assert detail.conversation.version == 1


def test_mentions_of_one_author_join_one_conversation_per_channel_and_visibility(store: Store) -> None:
    with store.begin() as tx:
        first = tx.take_in(make_mention("1", handle="@Ann"), at=NOW)
        second = tx.take_in(make_mention("2", handle="ann", text="And my dog?"), at=NOW)
        private = tx.take_in(make_mention("3", handle="ann", visibility=Visibility.PRIVATE), at=NOW)
        elsewhere = tx.take_in(make_mention("4", handle="ann", channel="email"), at=NOW)
        other_brand = tx.take_in(make_mention("5", handle="ann", brand_id="other"), at=NOW)
        nameless = [tx.take_in(make_mention(str(n)), at=NOW).conversation_id for n in (6, 7)]
        joined = tx.conversation(first.conversation_id)
    assert second.conversation_id == first.conversation_id
    alone = {private.conversation_id, elsewhere.conversation_id, other_brand.conversation_id, *nameless}
    assert len(alone) == 5
    assert first.conversation_id not in alone
    assert (joined.preview, joined.version) == ("And my dog?", 2)


def test_a_new_mention_reopens_a_resolved_conversation(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention("1", handle="ann"), at=NOW)
        conversation = tx.conversation(taken.conversation_id)
        resolved = {"state": ConversationState.RESOLVED, "decision": Decision.AUTO_REPLY, "due_at": NOW}
        tx.save_conversation(conversation.model_copy(update=resolved), seen_version=1)
        tx.take_in(make_mention("2", handle="ann"), at=NOW)
        reopened = tx.conversation(taken.conversation_id)
    assert (reopened.state, reopened.decision, reopened.due_at) == (ConversationState.OPEN, None, None)


def test_a_new_mention_keeps_what_already_waits_for_a_person(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention("1", handle="ann"), at=NOW)
        conversation = tx.conversation(taken.conversation_id)
        waiting = {"decision": Decision.HANDOFF, "due_at": NOW, "queue": "safety"}
        tx.save_conversation(conversation.model_copy(update=waiting), seen_version=1)
        tx.take_in(make_mention("2", handle="ann"), at=NOW)
        kept = tx.conversation(taken.conversation_id)
    assert (kept.decision, kept.due_at, kept.queue, kept.version) == (Decision.HANDOFF, NOW, "safety", 3)


def test_a_transaction_that_raises_leaves_nothing(store: Store) -> None:
    def fail(tx: Transaction) -> None:
        taken = tx.take_in(make_mention(), at=NOW)
        record = tx.add_turn(make_turn(), at=NOW)
        tx.enqueue(make_reply(record.id, taken.conversation_id))
        tx.append_audit(brand_id="skylark", at=NOW, actor="a", event="e", subject="s", facts={})
        raise RuntimeError("the process changes its mind")

    with pytest.raises(RuntimeError, match="changes its mind"), store.begin() as tx:
        fail(tx)
    with store.read() as look:
        assert look.unanswered(brand_id="skylark", limit=10) == []
        assert look.conversations(brand_id="skylark") == []
        assert look.due_replies(brand_id="skylark", now=NOW, limit=10) == []
        assert look.audit() == []


def test_a_transaction_sees_its_own_writes_and_a_reader_sees_them_after(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        assert tx.conversation(taken.conversation_id).version == 1
    with store.read() as look:
        assert look.conversation(taken.conversation_id).version == 1


def test_unanswered_mentions_come_oldest_first_and_by_brand(store: Store) -> None:
    with store.begin() as tx:
        for key in ("9", "1", "5"):
            tx.take_in(make_mention(key), at=NOW)
        tx.take_in(make_mention("2", brand_id="other"), at=NOW)
        tx.add_turn(make_turn(make_mention("1")), at=NOW)
        ids = [mention.external_id for mention in tx.unanswered(brand_id="skylark", limit=10)]
        assert ids == ["9", "5"]
        assert [mention.external_id for mention in tx.unanswered(brand_id="skylark", limit=1)] == ["9"]


def test_turns_are_numbered_and_kept_whole(store: Store) -> None:
    first, second = make_turn(), make_turn(decision=Decision.REVIEW)
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        assert tx.current_turn(first.mention_id) is None
        one = tx.add_turn(first, at=NOW)
        two = tx.add_turn(second, at=NOW + timedelta(seconds=1))
    with store.read() as look:
        assert (one.number, two.number) == (1, 2)
        assert look.current_turn(first.mention_id) == two
        assert look.turn(one.id) == one
        assert look.turn(one.id).turn == first
        assert look.detail(taken.conversation_id).turns == (one, two)


def test_a_disposition_is_kept(store: Store) -> None:
    with store.begin() as tx:
        tx.take_in(make_mention(), at=NOW)
        record = tx.add_turn(make_turn(), at=NOW)
        tx.set_disposition(record.id, Disposition.EDITED)
        assert tx.turn(record.id).disposition is Disposition.EDITED


@pytest.mark.parametrize(
    "edit",
    [
        lambda tx: tx.turn("none"),
        lambda tx: tx.conversation("none"),
        lambda tx: tx.detail("none"),
        lambda tx: tx.reply("none"),
        lambda tx: tx.add_turn(make_turn(), at=NOW),
        lambda tx: tx.set_disposition("none", Disposition.IGNORED),
        lambda tx: tx.save_reply(make_reply("none", "none")),
    ],
)
def test_what_is_not_there_is_named(store: Store, edit: Edit) -> None:
    with pytest.raises(NotFound), store.begin() as tx:
        edit(tx)


@pytest.mark.parametrize("asked", [lambda look: look.conversation("a\0b"), lambda look: look.turn("\0")])
def test_what_a_database_cannot_hold_is_no_outage(store: Store, asked: Callable[[Reading], object]) -> None:
    """A caller sent it, and sends it again as long as the store is said to be away."""
    with pytest.raises((NotFound, InputInvalid)), store.read() as look:
        asked(look)


def test_saving_over_a_newer_version_is_refused(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        seen = tx.conversation(taken.conversation_id)
        saved = tx.save_conversation(seen.model_copy(update={"queue": "care"}), seen_version=1)
    with pytest.raises(StaleVersion) as stale, store.begin() as tx:
        tx.save_conversation(seen, seen_version=1)
    with store.read() as look:
        assert look.conversation(seen.id) == saved
    assert (saved.version, stale.value.seen, stale.value.now) == (2, 1, 2)


def _with_due_times(tx: Transaction) -> list[str]:
    """Conversations due in 3, 1, never, 1, never hours; returns their ids most urgent first."""
    placed = []
    for number, hours in enumerate((3, 1, None, 1, None)):
        taken = tx.take_in(make_mention(str(number)), at=NOW)
        due_at = NOW + timedelta(hours=hours) if hours else None
        conversation = tx.conversation(taken.conversation_id)
        fields = {"due_at": due_at, "decision": Decision.REVIEW, "queue": "care" if hours else "baggage"}
        tx.save_conversation(conversation.model_copy(update=fields), seen_version=1)
        placed.append((hours or 99, taken.conversation_id))
    return [conversation_id for _, conversation_id in sorted(placed)]


def test_conversations_come_most_urgent_first_and_page_without_gap(store: Store) -> None:
    with store.begin() as tx:
        expected = _with_due_times(tx)
        pages: list[str] = []
        after: tuple[datetime | None, str] | None = None
        while page := tx.conversations(brand_id="skylark", after=after, limit=2):
            pages += [conversation.id for conversation in page]
            after = page[-1].due_at, page[-1].id
    assert pages == expected


def test_conversations_are_filtered(store: Store) -> None:
    with store.begin() as tx:
        ids = _with_due_times(tx)
        first = tx.conversation(ids[0])
        change = {"state": ConversationState.RESOLVED, "decision": Decision.NO_REPLY}
        tx.save_conversation(first.model_copy(update=change), seen_version=first.version)

        def found(**wanted: object) -> list[str]:
            return [each.id for each in tx.conversations(brand_id="skylark", **wanted)]  # type: ignore[arg-type]  # any filter

        assert found(states=[ConversationState.RESOLVED]) == ids[:1]
        assert found(states=[ConversationState.OPEN]) == ids[1:]
        assert found(decisions=[Decision.NO_REPLY, Decision.HANDOFF]) == ids[:1]
        assert found(queue="baggage") == ids[3:]
        assert tx.conversations(brand_id="other") == []
        assert tx.count_by_decision(brand_id="skylark") == {"REVIEW": 4}


def test_a_delivery_key_is_taken_once(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        record = tx.add_turn(make_turn(), at=NOW)
        reply = make_reply(record.id, taken.conversation_id)
        assert tx.enqueue(reply) is True
    with store.begin() as tx:
        assert tx.enqueue(reply.model_copy(update={"id": "r-other"})) is False
        assert tx.detail(taken.conversation_id).replies == (reply,)


def test_due_replies_are_those_in_flight_whose_time_has_come_oldest_first(store: Store) -> None:
    states = (ReplyState.DUE, ReplyState.FAILED, ReplyState.SENDING, ReplyState.SENT, ReplyState.HELD)
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        record = tx.add_turn(make_turn(), at=NOW)
        for number, state in enumerate(states):
            not_before = NOW - timedelta(seconds=number)
            reply = make_reply(record.id, taken.conversation_id, key=str(number), not_before=not_before)
            tx.enqueue(reply.model_copy(update={"state": state}))
        tx.enqueue(make_reply(record.id, taken.conversation_id, key="later", not_before=NOW + timedelta(seconds=1)))
        keys = [reply.delivery_key for reply in tx.due_replies(brand_id="skylark", now=NOW, limit=9)]
        assert keys == ["2", "1", "0"]
        assert len(tx.due_replies(brand_id="skylark", now=NOW, limit=2)) == 2
        assert tx.due_replies(brand_id="other", now=NOW, limit=9) == []


def test_a_reply_is_replaced(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        record = tx.add_turn(make_turn(), at=NOW)
        reply = make_reply(record.id, taken.conversation_id)
        tx.enqueue(reply)
        sent = reply.model_copy(update={"state": ReplyState.SENT, "sent_id": "77", "attempts": 1})
        tx.save_reply(sent)
        assert tx.reply(reply.id) == sent


def test_automation_is_kept_by_brand(store: Store) -> None:
    held = AutomationState(kill_switch=True, holds=(Hold(scope="baggage", reason="strike", by="ann", since=NOW),))
    with store.begin() as tx:
        assert tx.automation("skylark") == AutomationState()
        tx.save_automation("skylark", AutomationState(kill_switch=True))
        tx.save_automation("skylark", held)
    with store.read() as look:
        assert look.automation("skylark") == held
        assert look.automation("other") == AutomationState()


def test_the_audit_log_is_a_chain_across_transactions(store: Store) -> None:
    for subject in ("one", "two", "one"):
        with store.begin() as tx:
            for event in ("seen", "done"):
                facts = {"of": subject, "n": [1, 2]}
                tx.append_audit(brand_id="skylark", at=NOW, actor="ann", event=event, subject=subject, facts=facts)
    with store.read() as look:
        entries = look.audit()
        assert [entry.sequence for entry in entries] == [1, 2, 3, 4, 5, 6]
        assert first_break(entries) is None
        assert [entry.sequence for entry in look.audit(subject="one")] == [1, 2, 5, 6]
        assert [entry.sequence for entry in look.audit(limit=2)] == [1, 2]


def test_two_threads_write_without_losing_anything(store: Store) -> None:
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for number in range(25):
                with store.begin() as tx:
                    tx.take_in(make_mention(f"{name}{number}", handle="ann"), at=NOW)
                    tx.append_audit(brand_id="skylark", at=NOW, actor=name, event="e", subject="s", facts={})
        except BaseException as failure:  # a thread's failure must fail the test
            failures.append(failure)

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert failures == []
    with store.read() as look:
        assert len(look.unanswered(brand_id="skylark", limit=100)) == 50
        assert first_break(look.audit()) is None
        assert [conversation.version for conversation in look.conversations(brand_id="skylark")] == [50]


def test_a_reader_does_not_wait_for_a_writer_and_sees_what_was_committed(store: Store) -> None:
    seen: list[int] = []

    def look() -> None:
        with store.read() as reading:
            seen.append(len(reading.unanswered(brand_id="skylark", limit=9)))

    with store.begin() as tx:
        tx.take_in(make_mention(), at=NOW)
        reader = threading.Thread(target=look)
        reader.start()
        reader.join(timeout=5)
    assert seen == [0]


def test_a_working_store_passes_its_check(store: Store) -> None:
    store.check()


def test_what_the_desk_keeps_is_replaced_under_its_id_and_looked_at_in_order(store: Store) -> None:
    with store.begin() as tx:
        ids = [tx.take_in(make_mention(str(number)), at=NOW).conversation_id for number in range(3)]
        for place, conversation_id in enumerate(ids):
            clock = SlaClock(
                conversation_id=conversation_id, brand_id="skylark", queue="care", target_minutes=9, started_at=NOW
            )
            tx.save_sla_clock(clock, look_at=NOW + timedelta(minutes=3 - place))
        tx.save_sla_clock(clock.model_copy(update={"warned": True}), look_at=None)
        with pytest.raises(NotFound):
            tx.escalation("nobody's")
        with pytest.raises(NotFound):
            tx.newest_mention_id("nobody's")
    with store.read() as look:
        due = look.clocks_to_look_at(brand_id="skylark", now=NOW + timedelta(minutes=9), limit=9)
        none = look.clocks_to_look_at(brand_id="other", now=NOW + timedelta(minutes=9), limit=9)
        early = look.clocks_to_look_at(brand_id="skylark", now=NOW + timedelta(minutes=2), limit=9)
        last = look.sla_clock(ids[2])
    assert [clock.conversation_id for clock in due] == [ids[1], ids[0]]
    assert (list(none), [clock.conversation_id for clock in early]) == ([], [ids[1]])
    assert last is not None
    assert last.warned


def test_a_message_is_read_in_its_newest_words(store: Store) -> None:
    mention = make_mention()
    with store.begin() as tx:
        taken = tx.take_in(mention, at=NOW)
        change = MentionChange(mention_id=mention.id, version=1, text="Sorry: how heavy?", deleted=False, at=NOW)
        tx.save_mention_change(change, brand_id="skylark")
        with pytest.raises(NotFound):
            tx.save_mention_change(change.model_copy(update={"mention_id": "nobody's"}), brand_id="skylark")
        assert tx.mention(mention.id).text == "Sorry: how heavy?"
        assert tx.newest_mention_id(taken.conversation_id) == mention.id
        assert tx.detail(taken.conversation_id).mentions == (mention.model_copy(update={"text": "Sorry: how heavy?"}),)
