"""What every store promises of labels and of recorded turns."""

from datetime import timedelta

import pytest

from assistant.adapters.sql import label_rows
from assistant.desk.canaries import plant
from assistant.desk.labels import counts
from assistant.domain.label import DeskLabel, Outcome
from assistant.domain.routing import Sample
from assistant.domain.vocabulary import Decision
from assistant.ports import Store
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_turn

pytestmark = pytest.mark.xdist_group("postgres")


def label(number: int, *, brand_id: str = "skylark", hours: float = 0) -> DeskLabel:
    return DeskLabel(
        id=f"t{number}",
        brand_id=brand_id,
        conversation_id="c1",
        mention_id=f"m{number}",
        slice="skylark/public/self_serve",
        score=0.5,
        sample=Sample.OPEN,
        intent="bag_size",
        drafted_at=NOW + timedelta(hours=hours),
        outcome=Outcome.WAITING,
    )


def test_labels_are_kept_replaced_and_listed_by_time(store: Store) -> None:
    with store.begin() as tx:
        for each in (label(2, hours=2), label(1, hours=1), label(3, brand_id="other")):
            tx.save_label(each)
        tx.save_label(label(1, hours=1).model_copy(update={"error": True, "outcome": Outcome.IGNORED}))
    with store.read() as look:
        assert [each.id for each in look.labels(brand_id="skylark", since=NOW)] == ["t1", "t2"]
        assert [each.id for each in look.labels(brand_id="skylark", since=NOW + timedelta(hours=2))] == ["t2"]
        changed, none = look.label("t1"), look.label("t9")
        last, nothing = look.last_label("c1"), look.last_label("c9")
    assert changed is not None
    assert (changed.error, changed.outcome) == (True, Outcome.IGNORED)
    assert last is not None
    assert (last.id, none, nothing) == ("t3", None, None)


def test_verdicts_are_found_behind_any_number_of_drafts(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """At some 100,000 drafts a day no label was ever old enough to count, and no audit was seen."""
    monkeypatch.setattr(label_rows, "MOST", 2)
    told = label(1).model_copy(update={"error": False})
    harmful = label(2, hours=1).model_copy(update={"sample": None, "error": True, "critical": True})
    with store.begin() as tx:
        for each in (told, harmful, *(label(number, hours=number) for number in (3, 4, 5))):
            tx.save_label(each)
    with store.read() as look:
        assert look.verdicts(brand_id="skylark", since=NOW) == [told, harmful]
        assert [each.id for each in look.labels(brand_id="skylark", since=NOW)] == ["t4", "t5"]
        (counted,) = counts(look, brand_id="skylark", since=NOW, now=NOW + timedelta(days=9))
    assert (counted.labelled, counted.errors, counted.critical) == (2, 1, 1)
    with store.begin() as tx:
        tx.save_label(label(1))
        assert tx.verdicts(brand_id="skylark", since=NOW) == [harmful], "it was taken back"


def test_the_first_turn_of_each_mention_is_what_was_recorded(store: Store) -> None:
    with store.begin() as tx:
        for number in ("1", "2"):
            mention = make_mention(number)
            tx.take_in(mention, at=NOW)
            tx.add_turn(make_turn(mention), at=NOW)
        tx.add_turn(make_turn(make_mention("1")), at=NOW)
    with store.read() as look:
        found = look.first_turns(brand_id="skylark", since=NOW, limit=10)
        newest = look.first_turns(brand_id="skylark", since=NOW, limit=1)
    assert [(each.turn.mention.external_id, each.number) for each in found] == [("2", 1), ("1", 1)]
    assert [each.id for each in newest] == [found[0].id]


def test_a_canary_is_nobodys_mention(store: Store) -> None:
    """Replays counted planted drafts as traffic, and what reviewers did with them as what people sent."""
    with store.begin() as tx:
        asked = make_turn(make_mention("1"), Decision.REVIEW, draft=make_draft())
        planted = make_turn(make_mention("2", handle="user2"), Decision.REVIEW, draft=make_draft())
        tx.take_in(asked.mention, at=NOW)
        tx.add_turn(asked, at=NOW)
        plant(tx, planted, kind="number", wrong="12 kg", planted="A bag may weigh 12 kg.", pack=make_pack(), at=NOW)
    with store.read() as look:
        found = look.first_turns(brand_id="skylark", since=NOW, limit=10)
        newest = look.first_turns(brand_id="skylark", since=NOW, limit=1)
    assert [each.turn.mention.external_id for each in found] == ["1"]
    assert newest == found


def test_forgetting_a_customer_blanks_what_was_found_wrong(store: Store) -> None:
    with store.begin() as tx:
        taken = tx.take_in(make_mention(), at=NOW)
        turn_id = tx.add_turn(make_turn(make_mention()), at=NOW).id
        said = {"id": turn_id, "conversation_id": taken.conversation_id, "why": "with Ann Smith"}
        tx.save_label(label(1).model_copy(update=said))
        tx.erase(taken.conversation_id)
        left = tx.label(turn_id)
    assert left is not None
    assert left.why == ""
