"""Fits a brand's search weights on its own questions, and says on questions held back whether that helped."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.domain.article_history import CitedQuestion
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.domain.value import Value
from assistant.errors import InputInvalid
from assistant.ports import Embedder, Vectors
from assistant.scoring.answerable import answerable
from assistant.scoring.fusion import Cosines, Exact, collect, features_of, top_of
from assistant.scoring.lexical import Scores
from assistant.scoring.rerank import Features
from assistant.scoring.twins import Signals
from assistant.scoring.weights import Weights

FEWEST = 40
"""Questions with an answering article that are needed; half of them are held back."""
_PAIRED = 3
"""Answering hits of one question a learned order is fitted on, each against twice as many others."""
_DENSE = tuple(round(0.5 + step / 20, 2) for step in range(10))


class Question(Value):
    """A message and the articles that answer it."""

    text: str
    article_ids: frozenset[str]


class Tuned(Value):
    """Weights, and what they are worth on `held` questions nothing was fitted on.

    `rank_*` are mean reciprocal ranks of the first answering article, `gain` their difference with its 95 % interval;
    `auroc_*` tell questions with their articles in the collection from the same without them, `auroc_low` and
    `auroc_high` bound the last with 95 %.
    """

    weights: Weights
    fitted: int
    held: int
    rank_before: float
    rank_after: float
    gain: float
    gain_low: float
    gain_high: float
    auroc_before: float
    auroc_after: float
    auroc_low: float
    auroc_high: float


@dataclass(frozen=True)
class _Asked:
    """One question against all passages, and which of them answer it."""

    cosines: Cosines
    lexical: Scores
    answers: NDArray[np.bool_]
    held: bool


def questions_of(
    pack: Pack, passages: Sequence[Passage], accepted: Sequence[CitedQuestion] = ()
) -> tuple[Question, ...]:
    """The intents' examples, with the indexed articles that name the intent, and questions with accepted citations."""
    by_intent: dict[str, set[str]] = {}
    for passage in passages:
        for intent in passage.intents:
            by_intent.setdefault(intent, set()).add(passage.article_id)
    indexed = {passage.article_id for passage in passages}
    questions = [
        Question(text=text, article_ids=frozenset(by_intent[intent.id]))
        for intent in pack.intents
        if intent.id in by_intent
        for text in intent.examples
    ]
    questions += [
        Question(text=each.text, article_ids=kept) for each in accepted if (kept := each.article_ids & indexed)
    ]
    return tuple({each.text: each for each in questions}.values())


def tune(
    passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder, asker: Embedder | None = None
) -> Tuned:
    """Fit on one half of the questions, measure on the other; a part that is worse there keeps its old weights.

    `asker` embeds questions where `embedder` doesn't.
    The halves depend on the texts alone, so that they are the same every time. Raises `InputInvalid` where there are
    fewer than `FEWEST` questions, or nothing that doesn't answer them.
    """
    if len(questions) < FEWEST:
        raise InputInvalid(
            f"{len(questions)} questions with an answering article, {FEWEST} are needed; "
            "add examples to intents.yaml and name the intents in the articles that answer them"
        )
    collection = collect(passages)
    exact = Exact(collection, embedder.embed(collection.fields.texts))
    asked = _asked(exact, passages, questions, asker or embedder)
    fit, held = [one for one in asked if not one.held], [one for one in asked if one.held]
    if any(all(one.answers.all() for one in half) for half in (fit, held)):
        raise InputInvalid("every article answers every question, so nothing tells them apart; write more articles")
    before = collection.weights
    weights = _reranked(exact, _fused(exact, before, fit, held), fit, held)
    old, new = _ranks(exact, held, before), _ranks(exact, held, weights)
    likely = _answerable(exact, weights, fit)
    auroc_before, auroc_after = _auroc(exact, weights, held), _auroc(exact, likely, held)
    if auroc_after < auroc_before:
        likely, auroc_after = weights, auroc_before
    gain = _gain(old, new)
    uncovered = sum(not one.answers.all() for one in held)
    auroc_low, auroc_high = area_interval(auroc_after, cases=len(held), controls=uncovered)
    return Tuned(
        weights=likely,
        fitted=len(fit),
        held=len(held),
        rank_before=float(old.mean()),
        rank_after=float(new.mean()),
        gain=gain.mean,
        gain_low=gain.low,
        gain_high=gain.high,
        auroc_before=auroc_before,
        auroc_after=auroc_after,
        auroc_low=auroc_low,
        auroc_high=auroc_high,
    )


def area_interval(area: float, *, cases: int, controls: int) -> tuple[float, float]:
    """The 95 % interval of an area under a curve over so many of both (Hanley and McNeil, 1982)."""
    of_cases, of_controls = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + (cases - 1) * (of_cases - area**2) + (controls - 1) * (of_controls - area**2)
    margin = 1.96 * (spread / (cases * controls)) ** 0.5
    return max(0.0, area - margin), min(1.0, area + margin)


class _Gain(NamedTuple):
    """A mean difference with its 95 % interval."""

    mean: float
    low: float
    high: float


def _gain(old: NDArray[np.float64], new: NDArray[np.float64]) -> _Gain:
    differences = new - old
    mean, margin = float(differences.mean()), 1.96 * float(differences.std(ddof=1)) / len(differences) ** 0.5
    return _Gain(mean, mean - margin, mean + margin)


def _fused(exact: Exact, before: Weights, fit: Sequence[_Asked], held: Sequence[_Asked]) -> Weights:
    """How meaning is weighed against words; as it was where that is better on the questions held back."""
    tried = [before.model_copy(update={"dense": dense}) for dense in _DENSE]
    best = max(
        tried,
        key=lambda each: (round(float(_ranks(exact, fit, each).mean()), 6), -abs(each.dense - before.dense)),
    )
    return best if _ranks(exact, held, best).mean() >= _ranks(exact, held, before).mean() else before


def _reranked(exact: Exact, begun: Weights, fit: Sequence[_Asked], held: Sequence[_Asked]) -> Weights:
    """With a learned order of the best hits, where that surely is better on the questions held back."""
    rows, right = _pairs(exact, begun, fit)
    if not rows:
        return begun
    scale = np.maximum(np.std(rows, axis=0), 1e-6)
    model = LogisticRegression(C=1.0, fit_intercept=False, max_iter=1000).fit(np.array(rows) / scale, right)
    learned = begun.model_copy(update={"rerank": tuple(float(each) for each in model.coef_[0] / scale)})
    return learned if _gain(_ranks(exact, held, begun), _ranks(exact, held, learned)).low > 0 else begun


def _pairs(exact: Exact, weights: Weights, asked: Sequence[_Asked]) -> tuple[list[Features], list[bool]]:
    """How an answering hit differs from one that doesn't answer, and the other way round."""
    rows: list[Features] = []
    for one in asked:
        scores = exact.weigh(one.cosines, one.lexical, np.arange(len(one.answers)), weights).scores
        places = top_of(scores)
        found = features_of(one.cosines, one.lexical, scores, places)
        answers = one.answers[places]
        for better in found[answers][:_PAIRED]:
            rows += [better - worse for worse in found[~answers][: 2 * _PAIRED]]
    return [side for row in rows for side in (row, -row)], [True, False] * len(rows)


def _asked(
    exact: Exact, passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder
) -> list[_Asked]:
    collection = exact.collection
    vectors: Vectors = embedder.embed([question.text for question in questions])
    cosines, lexical = exact.cosines(vectors), collection.lexicon.scores([question.text for question in questions])
    articles = [passage.article_id for passage in passages]
    return [
        _Asked(
            cosines=cosines.row(row),
            lexical=lexical[row],
            answers=np.array([article in question.article_ids for article in articles], np.bool_),
            held=hashlib.sha256(question.text.encode("utf-8", "surrogatepass")).digest()[0] % 2 == 0,
        )
        for row, question in enumerate(questions)
    ]


def _ranks(exact: Exact, asked: Sequence[_Asked], weights: Weights) -> NDArray[np.float64]:
    """The reciprocal rank of the first passage that answers each question."""
    ranks = np.zeros(len(asked))
    for row, one in enumerate(asked):
        scores = exact.weigh(one.cosines, one.lexical, np.arange(len(one.answers)), weights).scores
        ranks[row] = 1.0 / (1 + int((scores > scores[one.answers].max()).sum()))
    return ranks


def _signals(exact: Exact, weights: Weights, one: _Asked, *, covered: bool) -> Signals:
    """With the answering articles, or as if they had never been written."""
    kept = np.arange(len(one.answers)) if covered else np.flatnonzero(~one.answers)
    return exact.weigh(one.cosines.of(kept), one.lexical[kept], kept, weights).signals


def _both_ways(exact: Exact, weights: Weights, asked: Sequence[_Asked]) -> tuple[list[Signals], list[bool]]:
    uncovered = [one for one in asked if not one.answers.all()]
    signals = [_signals(exact, weights, one, covered=True) for one in asked]
    signals += [_signals(exact, weights, one, covered=False) for one in uncovered]
    return signals, [True] * len(asked) + [False] * len(uncovered)


def _answerable(exact: Exact, begun: Weights, fit: Sequence[_Asked]) -> Weights:
    signals, covered = _both_ways(exact, begun, fit)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(signals, covered)
    fitted = dict(zip(Signals._fields, map(float, model.coef_[0]), strict=True))
    return begun.model_copy(update={**fitted, "bias": float(model.intercept_[0])})


def _auroc(exact: Exact, weights: Weights, held: Sequence[_Asked]) -> float:
    signals, covered = _both_ways(exact, weights, held)
    return float(roc_auc_score(covered, [answerable(weights, **each._asdict()) for each in signals]))
