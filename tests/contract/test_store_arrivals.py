"""What every store promises about arrivals: put down at once, unfolded later, nothing lost or kept twice between."""

from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.sql.store import SqlStore
from assistant.domain.conversation import conversation_id_of
from assistant.ports import Store
from assistant.workflows.unfold import unfold, unfold_all
from tests.contract.test_store_work import at_once
from tests.desk_builders import NOW, make_mention

pytestmark = pytest.mark.xdist_group("postgres")

SECOND = timedelta(seconds=1)


def ids_in_line(store: Store) -> list[str]:
    with store.read() as look:
        return [each.external_id for each in look.unanswered(brand_id="skylark", limit=999)]


def test_what_was_put_down_counts_at_once_and_is_a_mention_after_unfolding(store: Store) -> None:
    mentions = [make_mention(str(number), handle="ann") for number in range(3)]
    with store.begin() as tx:
        taken = tx.put_down(mentions, at=NOW)
    assert [each.new for each in taken] == [True] * 3
    assert {each.conversation_id for each in taken} == {conversation_id_of(mentions[0])}
    with store.read() as look:
        assert look.arrivals_wait()
        assert look.backlog(brand_id="skylark", limit=2) == 2
        assert look.backlog(brand_id="skylark", limit=9) == 3
        assert look.backlog(brand_id="other", limit=9) == 0
    assert ids_in_line(store) == []
    assert unfold(store) == 3
    assert unfold(store) == 0
    assert ids_in_line(store) == ["0", "1", "2"]
    with store.read() as look:
        assert not look.arrivals_wait()
        detail = look.detail(taken[0].conversation_id)
        assert list(detail.mentions) == mentions
        assert detail.conversation.created_at == NOW
        assert look.backlog(brand_id="skylark", limit=9) == 3


def test_unfolded_it_is_what_taking_it_in_would_have_made(store: Store) -> None:
    handles = ("ann", "bob", "ann", "", "", "ann", "cy")
    mentions = [make_mention(str(number), handle=handle) for number, handle in enumerate(handles)]
    other = [each.model_copy(update={"brand_id": "other", "id": f"other-{each.id}"}) for each in mentions]
    for number, mention in enumerate(mentions):
        with store.begin() as tx:
            put = tx.put_down([mention], at=NOW + number * SECOND)
            taken = tx.take_in(other[number], at=NOW + number * SECOND)
        assert [each.new for each in put] == [taken.new]
    unfold_all(store)
    with store.read() as look:
        for mention, same in zip(mentions, other, strict=True):
            here, there = look.detail(conversation_id_of(mention)), look.detail(conversation_id_of(same))
            assert [each.external_id for each in here.mentions] == [each.external_id for each in there.mentions]
            ids = {"id": here.conversation.id, "brand_id": "skylark"}
            assert there.conversation.model_copy(update=ids) == here.conversation


@pytest.mark.parametrize("unfolded", [False, True])
def test_the_same_id_again_changes_nothing_and_is_told_where_it_went(store: Store, unfolded: bool) -> None:
    first = make_mention("0", handle="ann")
    with store.begin() as tx:
        (kept,) = tx.put_down([first], at=NOW)
    if unfolded:
        unfold_all(store)
    again = make_mention("0", text="other words", handle="bob")
    fresh = make_mention("1", handle="bob")
    with store.begin() as tx:
        told = tx.put_down([again, fresh, again, fresh], at=NOW + SECOND)
    assert [each.new for each in told] == [False, True, False, False]
    assert {each.conversation_id for each in (told[0], told[2])} == {kept.conversation_id}
    with store.begin() as tx:
        for taken in (tx.take_in(again, at=NOW + SECOND), *tx.take_in_many([again], at=NOW + SECOND)):
            assert (taken.new, taken.conversation_id) == (False, kept.conversation_id)
    unfold_all(store)
    assert ids_in_line(store) == ["0", "1"]
    with store.read() as look:
        assert look.mention(first.id).text == first.text


def test_of_two_alike_put_down_together_the_first_counts(store: Store) -> None:
    with store.begin() as tx:
        told = tx.put_down([make_mention("0", text="first"), make_mention("0", text="second")], at=NOW)
    assert [each.new for each in told] == [True, False]
    unfold_all(store)
    with store.read() as look:
        assert look.mention(make_mention("0").id).text == "first"


def test_unfolding_that_breaks_off_leaves_everything_to_the_next(store: Store) -> None:
    with store.begin() as tx:
        tx.put_down([make_mention(str(number)) for number in range(5)], at=NOW)
    with pytest.raises(RuntimeError, match="killed"), store.begin() as tx:  # noqa: PT012  # dies before the commit
        assert tx.unfold(limit=3) == 3
        raise RuntimeError("killed")
    assert ids_in_line(store) == []
    with store.begin() as tx:
        assert tx.unfold(limit=3) == 3
    assert ids_in_line(store) == ["0", "1", "2"]
    unfold_all(store)
    assert ids_in_line(store) == ["0", "1", "2", "3", "4"]


def test_many_put_down_and_unfold_at_once_and_each_mention_is_there_once(store: Store) -> None:
    """Two intakes bring the same mentions while two workers unfold and one takes some in itself."""
    mentions = [make_mention(str(number), handle=f"h{number % 7}") for number in range(60)]
    news: list[bool] = []

    def put() -> None:
        for first in range(0, 60, 6):
            with store.begin() as tx:
                told = tx.put_down(mentions[first : first + 6], at=NOW)
            news.extend(each.new for each in told)

    def take() -> None:
        for mention in mentions[::5]:
            with store.begin() as tx:
                tx.take_in(mention, at=NOW)

    def work() -> None:
        for _ in range(20):
            unfold(store)

    at_once(put, put, work, work, take)
    unfold_all(store)
    assert news.count(True) <= 60
    assert sorted(map(int, ids_in_line(store))) == list(range(60))


def test_of_one_person_messages_stay_in_their_order(store: Store) -> None:
    """Whoever unfolds and however often: the order is that of arrival."""
    for number in range(30):
        with store.begin() as tx:
            tx.put_down([make_mention(str(number), handle="ann")], at=NOW + number * SECOND)

    def work() -> None:
        for _ in range(10):
            with store.begin() as tx:
                tx.unfold(limit=3)

    at_once(work, work, work)
    assert ids_in_line(store) == [str(number) for number in range(30)]
    with store.read() as look:
        assert look.conversation(conversation_id_of(make_mention("0", handle="ann"))).updated_at == NOW + 29 * SECOND


def test_a_file_keeps_no_words_of_an_arrival_that_was_forgotten(store: SqlStore) -> None:
    if store._engine.dialect.name != "sqlite":
        pytest.skip("what a server's files hold is the server's matter")
    mention = make_mention("0", text="my secret zebra word", handle="ann")
    with store.begin() as tx:
        tx.put_down([mention], at=NOW)
    unfold_all(store)
    with store.begin() as tx:
        tx.purge(mention.id)
    store.scrub()
    database = store._engine.url.database
    assert database is not None
    assert b"zebra" not in Path(database).read_bytes()
