"""Weights fitted on a brand's questions are measured on others, and never worse there than the old ones."""

from pathlib import Path

import pytest

from assistant.domain.article_history import CitedQuestion
from assistant.domain.knowledge import Passage
from assistant.errors import Infrastructure, InputInvalid
from assistant.kb.tune import FEWEST, Question, Tuned, area_interval, questions_of, tune
from assistant.scoring import weights
from assistant.scoring.weights import Weights
from tests.builders import HashEmbedder, a_passage
from tests.desk_builders import make_pack

THINGS = ("bag", "dog", "bicycle", "meal", "seat", "refund", "invoice", "voucher", "lounge", "ferry", "pram", "guitar")
PASSAGES: tuple[Passage, ...] = tuple(
    a_passage(thing, title=f"Your {thing}", text=f"A {thing} costs EUR {number} for each trip with us.")
    for number, thing in enumerate(THINGS, start=3)
)
QUESTIONS = tuple(
    Question(text=text.format(thing), article_ids=frozenset({thing}))
    for thing in THINGS
    for text in ("what does a {} cost", "can I take my {} along", "price of the {} please", "{}?")
)


@pytest.fixture(scope="module")
def tuned() -> Tuned:
    return tune(PASSAGES, QUESTIONS, HashEmbedder())


def test_half_of_the_questions_are_held_back(tuned: Tuned) -> None:
    assert tuned.fitted + tuned.held == len(QUESTIONS)
    assert min(tuned.fitted, tuned.held) >= len(QUESTIONS) // 4


def test_nothing_gets_worse_on_them(tuned: Tuned) -> None:
    assert tuned.rank_after >= tuned.rank_before > 0.5
    assert tuned.auroc_after >= tuned.auroc_before > 0.5
    assert tuned.gain_low <= tuned.gain <= tuned.gain_high
    assert 0 <= tuned.auroc_low <= tuned.auroc_after <= tuned.auroc_high <= 1
    assert tuned.gain == pytest.approx(tuned.rank_after - tuned.rank_before)


@pytest.mark.parametrize(
    ("area", "cases", "controls", "low", "high"),
    [(0.893, 51, 58, 0.830, 0.956), (1.0, 20, 20, 1.0, 1.0), (0.5, 2, 2, 0.0, 1.0)],
)
def test_the_interval_of_an_area_is_that_of_hanley_and_mcneil(
    area: float, cases: int, controls: int, low: float, high: float
) -> None:
    assert area_interval(area, cases=cases, controls=controls) == pytest.approx((low, high), abs=0.002)


def test_the_order_of_the_questions_does_not_matter(tuned: Tuned) -> None:
    again = tune(PASSAGES, QUESTIONS[::-1], HashEmbedder())
    assert (again.weights.dense, again.held) == (tuned.weights.dense, tuned.held)
    assert again.weights.score == pytest.approx(tuned.weights.score, abs=0.05)


def test_too_few_questions_are_refused() -> None:
    with pytest.raises(InputInvalid, match=r"add examples to intents\.yaml"):
        tune(PASSAGES, QUESTIONS[: FEWEST - 1], HashEmbedder())


def test_articles_that_answer_every_question_are_refused() -> None:
    everything = [each.model_copy(update={"article_ids": frozenset(THINGS)}) for each in QUESTIONS]
    with pytest.raises(InputInvalid, match="every article answers every question"):
        tune(PASSAGES, everything, HashEmbedder())


def test_weights_are_kept_and_found_again(tmp_path: Path, tuned: Tuned) -> None:
    path = tmp_path / "models" / "search.json"
    assert weights.read(path) == Weights()
    weights.write(path, tuned.weights)
    assert weights.read(path) == tuned.weights
    path.write_text('{"dense": 3}', encoding="utf-8")
    with pytest.raises(Infrastructure, match="assistant index tune"):
        weights.read(path)


def test_weights_fitted_before_crowds_and_words_were_measured_mean_what_they_meant(tmp_path: Path) -> None:
    path = tmp_path / "search.json"
    path.write_text('{"dense": 0.8, "score": 5.0, "lead": 1.0, "peak": 2.0, "bias": -3.0}', encoding="utf-8")
    assert weights.read(path) == Weights(dense=0.8, score=5.0, lead=1.0, peak=2.0, crowd=0.0, words=0.0, bias=-3.0)


def test_an_order_of_hits_is_learned_where_it_surely_helps() -> None:
    """Titles that mislead: what answers is in the text, and only there."""
    passages = [
        a_passage(thing, title=f"Your {THINGS[place - 1]} price", text=f"A {thing} costs EUR {place}.")
        for place, thing in enumerate(THINGS)
    ]
    tuned = tune(passages, QUESTIONS, HashEmbedder())
    assert tuned.weights.rerank
    assert tuned.gain_low > 0
    assert tuned.rank_after > tuned.rank_before


def test_accepted_citations_are_questions_too() -> None:
    pack = make_pack()
    accepted = [
        CitedQuestion(text="how dear is a pram", article_ids=frozenset({"pram", "gone"})),
        CitedQuestion(text="nothing of this is left", article_ids=frozenset({"gone"})),
    ]
    assert questions_of(pack, PASSAGES, accepted) == (
        Question(text="how dear is a pram", article_ids=frozenset({"pram"})),
    )
