"""What strangers read: never the same words in a thread or an hour, and only so much of a likeness in a day."""

from datetime import datetime, timedelta

import pytest

from assistant.desk.act import act
from assistant.desk.review import ReviewRequest, review
from assistant.domain.brand import Pack
from assistant.domain.vocabulary import Decision, Disposition, Visibility
from assistant.ports import Store
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn

SAID = "A cabin bag may measure 55 x 40 x 20 cm on every flight of ours, and it goes in the locker."
PACK = make_pack()
LIMITS = {"same_words_minutes": 60, "max_alike_in_a_day": 50}
PACK = PACK.model_copy(update={"automation": PACK.automation.model_copy(update=LIMITS)})


def sent(
    store: Store,
    number: int,
    text: str = SAID,
    *,
    at: datetime = NOW,
    handle: str | None = None,
    channel: str = "x",
    pack: Pack = PACK,
    visibility: Visibility = Visibility.PUBLIC,
) -> bool:
    mention = make_mention(str(number), handle=handle or f"h{number}", channel=channel, visibility=visibility)
    with store.begin() as tx:
        tx.take_in(mention, at=at)
        record = act(tx, make_turn(mention, Decision.AUTO_REPLY, draft=make_draft(text)), pack=pack, at=at)
        detail = tx.detail(record.conversation_id)
    if any(reply.turn_id == record.id for reply in detail.replies):
        return True
    assert detail.conversation.decision is Decision.REVIEW
    return False


@pytest.mark.parametrize(("minutes", "goes"), [(0, False), (59, False), (60, True), (600, True)])
def test_the_same_words_wait_an_hour(store: Store, minutes: int, goes: bool) -> None:
    assert sent(store, 1)
    assert sent(store, 2, at=NOW + timedelta(minutes=minutes)) is goes


def test_the_same_words_never_come_twice_in_a_thread_within_a_day(store: Store) -> None:
    assert sent(store, 1, handle="ana")
    assert not sent(store, 2, handle="ana", at=NOW + timedelta(hours=23))


def test_other_words_other_channels_and_private_threads_are_free(store: Store) -> None:
    assert sent(store, 1)
    assert sent(store, 2, "Yes, you can bring one bag of that size.")
    assert sent(store, 3, channel="email", visibility=Visibility.PRIVATE)
    assert sent(store, 4, channel="email", visibility=Visibility.PRIVATE)
    assert not sent(store, 5)


def test_a_brand_that_sets_no_limit_may_repeat_itself(store: Store) -> None:
    assert sent(store, 1, pack=make_pack())
    assert sent(store, 2, pack=make_pack())


def test_only_so_many_may_be_nearly_the_same_in_a_day(store: Store) -> None:
    few = PACK.model_copy(update={"automation": PACK.automation.model_copy(update={"max_alike_in_a_day": 2})})
    variants = [SAID.replace("every flight", f"{word} flight") for word in ("each", "any", "every")]
    assert [sent(store, number, text, pack=few) for number, text in enumerate(variants)] == [True, True, False]
    assert not sent(store, 5, variants[2], pack=few, channel="bluesky")
    assert sent(store, 9, variants[2], pack=few, at=NOW + timedelta(hours=24, seconds=1))


def test_a_person_who_repeats_it_is_told_and_may(store: Store) -> None:
    assert sent(store, 1)
    mention = make_mention("2", handle="ana")
    with store.begin() as tx:
        tx.take_in(mention, at=NOW)
        record = act(tx, make_turn(mention, Decision.REVIEW, draft=make_draft(SAID)), pack=PACK, at=NOW)
        request = ReviewRequest(turn_id=record.id, seen_version=2, disposition=Disposition.ACCEPTED, agent="ann")
        reviewed = review(tx, request, pack=PACK, passages=(), at=NOW)
    assert "variety" in [warning.guardrail for warning in reviewed.warnings]
    assert reviewed.reply is not None
