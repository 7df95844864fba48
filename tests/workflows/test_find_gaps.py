"""Unanswered questions become gaps: grouped by meaning, counted, with an article to begin with."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

import pytest

from assistant.adapters.minilm import MiniLM
from assistant.domain.draft import Draft
from assistant.domain.gaps import Gap
from assistant.domain.knowledge import EvidenceRef
from assistant.domain.vocabulary import ArticleStatus, Decision, Reason, Sentiment
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_source import Problems
from assistant.ports import Embedder, Store
from assistant.workflows.find_gaps import find_gaps, write_gaps
from tests.desk_builders import NOW, make_draft, make_mention, make_pack, make_reply, make_turn
from tests.stores import new_store

SURF = ["Can I bring my surfboard on board?", "how much is it to take a surfboard", "Do you fly surfboards to Faro?"]
FALCON = ["Can my falcon fly with me?", "Is a trained falcon allowed in the cabin?"]


@pytest.fixture(scope="module")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Embedder:
    return MiniLM(tmp_path_factory.mktemp("minilm"), precision="int8")


@pytest.fixture
def store() -> Iterator[Store]:
    opened = new_store()
    yield opened
    opened.close()


def ask(
    store: Store,
    texts: Sequence[str],
    *reasons: Reason,
    first: int = 0,
    days_ago: int = 0,
    sentiment: Sentiment = Sentiment.NEUTRAL,
    draft: Draft | None = None,
    answerable: float = 0.0,
    evidence: tuple[EvidenceRef, ...] = (),
) -> None:
    at = NOW - timedelta(days=days_ago)
    for number, text in enumerate(texts, start=first):
        mention = make_mention(str(number), text=text)
        turn = make_turn(mention, Decision.HANDOFF)
        assert turn.understanding is not None
        read = turn.understanding.model_copy(update={"sentiment": sentiment})
        route = turn.route.model_copy(update={"reasons": reasons})
        told = {"draft": draft, "answerable": answerable, "evidence": evidence}
        turn = turn.model_copy(update={"route": route, "understanding": read, **told})
        with store.begin() as tx:
            tx.take_in(mention, at=at)
            tx.add_turn(turn, at=at)


def found(store: Store, embedder: Embedder, *, at_least: int = 2) -> tuple[Gap, ...]:
    return find_gaps(make_pack(), store=store, embedder=embedder, at=NOW + timedelta(hours=1), at_least=at_least)


def test_questions_alike_are_one_gap_the_most_asked_first(store: Store, embedder: Embedder) -> None:
    ask(store, FALCON, Reason.OUT_OF_SCOPE)
    ask(store, SURF, Reason.NO_EVIDENCE, first=10)
    ask(store, ["What is the capital of Peru?"], Reason.OUT_OF_SCOPE, first=20)
    surf, falcon = found(store, embedder)
    assert (surf.count, set(surf.questions)) == (3, set(SURF))
    assert (falcon.count, set(falcon.questions)) == (2, set(FALCON))
    assert surf.example in SURF
    assert len(found(store, embedder, at_least=1)) == 3


def test_what_was_answered_is_old_or_needs_no_article_is_no_gap(store: Store, embedder: Embedder) -> None:
    ask(store, SURF, Reason.SENSITIVE)
    ask(store, FALCON, Reason.NO_EVIDENCE, first=10, days_ago=31)
    ask(store, ["Darf mein Falke mit?"], Reason.NO_EVIDENCE, Reason.LANGUAGE, first=20)
    for number, why in enumerate((Reason.SENSITIVE, Reason.INJECTION, Reason.NEEDS_ACCOUNT), start=3):
        ask(store, SURF, Reason.WEAK_EVIDENCE, why, first=10 * number)
    assert found(store, embedder, at_least=1) == ()


def test_what_an_article_answers_is_no_gap_though_no_intent_covers_it(store: Store, embedder: Embedder) -> None:
    """A new brand has articles long before it has intents."""
    drafted = make_draft("We carry surfboards of up to 3 metres.")
    ask(store, SURF, Reason.OUT_OF_SCOPE, draft=drafted, answerable=0.8)
    assert found(store, embedder) == ()
    ask(store, FALCON, Reason.OUT_OF_SCOPE, first=10, draft=drafted, answerable=0.3)
    assert len(found(store, embedder)) == 1


def test_a_gap_names_the_article_that_was_found_most_often(store: Store, embedder: Embedder) -> None:
    near, far = (EvidenceRef(name, f"{name}@1#0", 1, name, 0.4) for name in ("golf-bags", "pets"))
    ask(store, SURF[:2], Reason.WEAK_EVIDENCE, evidence=(near, far))
    ask(store, SURF[2:], Reason.NO_EVIDENCE, first=10, evidence=(far,))
    ask(store, FALCON, Reason.NO_EVIDENCE, first=20)
    surf, falcon = found(store, embedder)
    assert (surf.nearest, falcon.nearest) == ("golf-bags", "")


def test_praise_is_no_gap_a_friendly_question_is(store: Store, embedder: Embedder) -> None:
    ask(store, ["Finally an airline app that works"], Reason.NO_EVIDENCE, sentiment=Sentiment.POSITIVE)
    ask(store, ["Love you all! Can my falcon fly?"], Reason.NO_EVIDENCE, first=9, sentiment=Sentiment.POSITIVE)
    (gap,) = found(store, embedder, at_least=1)
    assert gap.questions == ("Love you all! Can my falcon fly?",)


@pytest.mark.parametrize("stars", ["★★★★★", "⭐️⭐️⭐️⭐️", "5/5", "4 stars", "5 out of 5"])
def test_a_good_rating_asks_for_nothing_however_its_mood_was_read(store: Store, embedder: Embedder, stars: str) -> None:
    ask(store, [f"{stars} an app that opens with no signal"], Reason.NO_EVIDENCE, sentiment=Sentiment.NEGATIVE)
    ask(store, [f"{stars} but can my falcon fly?"], Reason.NO_EVIDENCE, first=9)
    ask(store, ["★ can't log in, 15/5 trains late"], Reason.NO_EVIDENCE, first=12)
    asked = {each.questions for each in found(store, embedder, at_least=1)}
    assert asked == {(f"{stars} but can my falcon fly?",), ("★ can't log in, 15/5 trains late",)}


def test_a_question_weighed_again_counts_by_its_newest_turn(store: Store, embedder: Embedder) -> None:
    ask(store, FALCON[:1], Reason.NO_EVIDENCE)
    with store.begin() as tx:
        tx.add_turn(make_turn(make_mention("0", text=FALCON[0]), Decision.REVIEW), at=NOW)
    assert found(store, embedder, at_least=1) == ()


def test_the_proposed_article_is_a_draft_with_the_agents_own_words(store: Store, embedder: Embedder) -> None:
    ask(store, FALCON, Reason.NO_EVIDENCE)
    with store.begin() as tx:
        record = tx.current_turn(make_mention("0").id)
        assert record is not None
        reply = make_reply(record.id, record.conversation_id)
        tx.enqueue(reply.model_copy(update={"automated": False, "text": "Falcons can't fly with us."}))
        tx.enqueue(make_reply(record.id, record.conversation_id, key="k2"))
    (gap,) = found(store, embedder)
    problems = Problems()
    entry = parse_article("gap.md", gap.proposal, problems)
    assert entry is not None, problems.in_order()
    assert gap.answers == ("Falcons can't fly with us.",)
    assert entry.value.body == "Falcons can't fly with us."
    assert entry.value.status is ArticleStatus.DRAFT
    assert set(entry.value.questions) == set(FALCON)


def test_nothing_asked_is_no_gap(store: Store, embedder: Embedder) -> None:
    assert found(store, embedder) == ()


def test_proposals_go_into_a_pack_as_they_are_and_overwrite_nothing(
    store: Store, embedder: Embedder, tmp_path: Path
) -> None:
    new_pack(tmp_path, NewBrand(name="Skylark"))
    ask(store, FALCON, Reason.NO_EVIDENCE)
    ask(store, SURF, Reason.NO_EVIDENCE, first=9)
    folder = tmp_path / "articles" / "gaps"
    folder.mkdir(parents=True)
    gaps = find_gaps(load_pack(tmp_path), store=store, embedder=embedder, at=NOW + timedelta(hours=1))
    paths = write_gaps(gaps, folder)
    assert len(set(paths)) == 2
    assert write_gaps(gaps, folder) == []
    other = gaps[0].model_copy(update={"proposal": gaps[0].proposal.replace("\ntitle: ", "\ntitle: Oh! ", 1)})
    paths += write_gaps([other], folder)
    assert {article.path for article in load_pack(tmp_path).articles} == {
        path.relative_to(tmp_path).as_posix() for path in paths
    }


def test_a_proposal_names_nobody(store: Store, embedder: Embedder) -> None:
    ask(store, ["My name is Ann Kelly, can my falcon fly?"], Reason.NO_EVIDENCE)
    (gap,) = found(store, embedder, at_least=1)
    assert "Kelly" not in gap.proposal
    assert "can my falcon fly?" in gap.proposal


def test_a_proposed_article_holds_from_the_brands_own_day_on(store: Store, embedder: Embedder) -> None:
    ask(store, FALCON, Reason.NO_EVIDENCE)
    pack, late = make_pack(), NOW + timedelta(hours=2)
    there = pack.brand.model_copy(update={"time_zone": "Pacific/Kiritimati"})
    (gap,) = find_gaps(pack.model_copy(update={"brand": there}), store=store, embedder=embedder, at=late)
    entry = parse_article("gap.md", gap.proposal, Problems())
    assert entry is not None
    assert (late.date(), entry.value.valid_from) == (date(2026, 3, 2), date(2026, 3, 3))
