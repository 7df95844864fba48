"""Certificates from what people did: ripe labels only, delta spent look by look, changed drafts count as errors."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from assistant.desk import automation
from assistant.desk.labels import begin_label
from assistant.domain.automation import Step
from assistant.domain.certificate import Origin, Permits
from assistant.domain.label import Outcome
from assistant.domain.mention import Mention
from assistant.domain.routing import Sample
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.ports import Store
from assistant.workflows.certify_desk import FromDesk, certify_desk
from tests.desk.test_labels import candidate
from tests.desk_builders import NOW, make_draft, make_pack
from tests.stores import new_store

PACK = make_pack()
SLICE = "skylark/public/self_serve"
LATER = NOW + timedelta(days=4)
VERSIONS = {"pack": "pack-1"}


def labelled(
    store: Store,
    numbers: Sequence[int],
    *,
    errors: Sequence[int] = (),
    sample: Sample | None = Sample.OPEN,
    at: datetime = NOW,
    fell_back: bool = False,
) -> dict[str, Turn]:
    turns: dict[str, Turn] = {}
    with store.begin() as tx:
        for number in numbers:
            turn = candidate(str(number), sample=sample, score=1 - number / 1000)
            author = turn.mention.author.model_copy(update={"handle": f"a{number}"})
            turn = turn.model_copy(update={"mention": turn.mention.model_copy(update={"author": author})})
            tx.take_in(turn.mention, at=at)
            record = tx.add_turn(turn, at=at)
            begin_label(tx, record, sent=False, at=at)
            label = tx.label(record.id)
            assert label is not None
            settled = {"outcome": Outcome.ACCEPTED, "error": number in errors, "settled_at": at, "fell_back": fell_back}
            tx.save_label(label.model_copy(update=settled))
            turns[turn.mention_id] = turn
    return turns


async def certified(
    store: Store,
    *,
    kept: Permits | None = None,
    now: datetime = LATER,
    versions: dict[str, str] | None = None,
    today: dict[str, Turn] | None = None,
) -> FromDesk:
    async def respond(mentions: Sequence[Mention]) -> Sequence[Turn]:
        return [(today or {})[mention.id] for mention in mentions]

    return await certify_desk(
        store, pack=PACK, respond=respond, versions=versions or VERSIONS, kept=kept or Permits(), now=now
    )


async def test_labels_of_the_desk_certify_a_slice() -> None:
    store = new_store()
    labelled(store, range(120))
    found = await certified(store)
    (permit,) = found.permits
    assert permit.certificate.certified
    assert (permit.certificate.n, permit.certificate.alpha, permit.certificate.slice) == (120, 0.05, SLICE)
    assert (permit.origin, permit.attempt, permit.newest_label_at) == (Origin.DESK, 1, NOW)
    assert found.missed == {SLICE: 0.10}


async def test_young_labels_and_those_not_drawn_at_random_do_not_count() -> None:
    store = new_store()
    labelled(store, range(100), at=LATER - timedelta(hours=71))
    labelled(store, range(100, 200), sample=None)
    labelled(store, range(200, 300), fell_back=True)
    found = await certified(store)
    assert (found.labels, found.young, found.permits, found.certificates) == (0, 100, (), ())


async def test_each_look_takes_a_smaller_part_of_delta_and_too_few_labels_take_none() -> None:
    store = new_store()
    labelled(store, range(20))
    few = await certified(store)
    assert (few.permits, few.certificates[0].labels) == ((), 20)
    labelled(store, range(20, 150))
    first = await certified(store)
    second = await certified(store, kept=Permits(permits=first.permits))
    deltas = [each.permits[0].certificate.delta for each in (first, second)]
    assert second.permits[0].attempt == 2
    assert deltas[1] == pytest.approx(deltas[0] / 4)
    assert sum(0.1 * 6 / (3.14159265**2 * look**2) for look in range(1, 100)) < 0.1


async def test_who_comes_back_to_versions_from_before_goes_on_counting() -> None:
    store = new_store()
    turns = labelled(store, range(150))
    automatic = {
        key: turn.model_copy(update={"route": turn.route.model_copy(update={"decision": Decision.AUTO_REPLY})})
        for key, turn in turns.items()
    }
    kept, attempts = Permits(), []
    for pack in ("pack-1", "pack-2", "pack-1", "pack-2", "pack-1"):
        found = await certified(store, kept=kept, versions={"pack": pack}, today=automatic)
        kept = Permits.model_validate_json(kept.replacing(found.permits).model_dump_json())
        attempts.append(found.permits[0].attempt)
    assert attempts == [1, 1, 2, 2, 3]
    of_pack = Permits(permits=tuple(each.model_copy(update={"origin": Origin.PACK}) for each in kept.permits))
    certified_from_pack = of_pack.remembering(kept)
    found = await certified(store, kept=certified_from_pack, versions={"pack": "pack-1"}, today=automatic)
    assert found.permits[0].attempt == 4


async def test_open_labels_that_overlook_errors_cost_the_certificate() -> None:
    """The blind half shows 10 of 100 wrong, the open half 2 of 200: four of five errors are overlooked."""
    store = new_store()
    labelled(store, range(200), errors=range(0, 200, 100))
    assert (await certified(store)).permits[0].certificate.certified
    labelled(store, range(200, 300), errors=range(200, 300, 10), sample=Sample.BLIND)
    found = await certified(store)
    assert found.missed[SLICE] == pytest.approx(0.9)
    assert not found.permits[0].certificate.certified


async def test_other_versions_answer_again_and_what_reads_otherwise_counts_as_wrong() -> None:
    store = new_store()
    turns = labelled(store, range(120))
    automatic = {
        key: turn.model_copy(update={"route": turn.route.model_copy(update={"decision": Decision.AUTO_REPLY})})
        for key, turn in turns.items()
    }
    same = await certified(store, versions={"pack": "pack-2"}, today=automatic)
    assert (same.changed, same.not_sent, same.permits[0].certificate.certified) == (0, 0, True)
    for key in list(automatic)[:30]:
        automatic[key] = automatic[key].model_copy(update={"draft": make_draft("Ask at the counter.")})
    for key in list(automatic)[30:40]:
        automatic[key] = turns[key]
    other = await certified(store, versions={"pack": "pack-2"}, today=automatic)
    assert (other.changed, other.not_sent, other.labels) == (30, 10, 110)
    assert not other.permits[0].certificate.certified


async def test_a_draft_whose_message_its_author_deleted_keeps_the_word_that_was_said_of_it() -> None:
    store = new_store()
    turns = labelled(store, range(120))
    with store.begin() as tx:
        for mention_id in list(turns)[:30]:
            tx.purge(mention_id)
    found = await certified(store)
    assert (found.changed, found.labels, found.permits[0].certificate.certified) == (0, 120, True)


async def test_after_a_roll_back_only_new_labels_count() -> None:
    store = new_store()
    labelled(store, range(120))
    with store.begin() as tx:
        automation.stop(
            tx, PACK, scope=SLICE, why="wrong", roll_back=True, conversation_id="", at=NOW + timedelta(hours=1)
        )
        assert tx.automation("skylark").step(SLICE) is Step.SHADOW
    assert (await certified(store)).labels == 0
