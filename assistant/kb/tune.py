"""Fits a brand's search weights on its own questions, and says on questions held back whether that helped."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.domain.value import Value
from assistant.errors import InputInvalid
from assistant.ports import Embedder, Vectors
from assistant.scoring.answerable import answerable
from assistant.scoring.fields import fields_of
from assistant.scoring.fusion import Collection, Cosines, Exact, score_all
from assistant.scoring.lexical import Scores
from assistant.scoring.twins import Signals
from assistant.scoring.weights import Weights

FEWEST = 40
"""Questions with an answering article that are needed; half of them are held back."""
_DENSE = tuple(round(0.5 + step / 20, 2) for step in range(10))


class Question(Value):
    """A message and the articles that answer it."""

    text: str
    article_ids: frozenset[str]


class Tuned(Value):
    """Weights, and what they are worth on `held` questions nothing was fitted on.

    `rank_*` are mean reciprocal ranks of the first answering article, `gain` their difference with its 95 % interval;
    `auroc_*` tell questions with their articles in the collection from the same without them.
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


@dataclass(frozen=True)
class _Asked:
    """One question against all passages, and which of them answer it."""

    cosines: Cosines
    lexical: Scores
    answers: NDArray[np.bool_]
    held: bool


def questions_of(pack: Pack, passages: Sequence[Passage]) -> tuple[Question, ...]:
    """The intents' examples, with the indexed articles that name the intent."""
    by_intent: dict[str, set[str]] = {}
    for passage in passages:
        for intent in passage.intents:
            by_intent.setdefault(intent, set()).add(passage.article_id)
    return tuple(
        Question(text=text, article_ids=frozenset(by_intent[intent.id]))
        for intent in pack.intents
        if intent.id in by_intent
        for text in intent.examples
    )


def tune(passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder) -> Tuned:
    """Fit on one half of the questions, measure on the other; a part that is worse there keeps its old weights.

    The halves depend on the texts alone, so that they are the same every time. Raises `InputInvalid` where there are
    fewer than `FEWEST` questions.
    """
    if len(questions) < FEWEST:
        raise InputInvalid(
            f"{len(questions)} questions with an answering article, {FEWEST} are needed; "
            "add examples to intents.yaml and name the intents in the articles that answer them"
        )
    collection = Collection(passages)
    exact = Exact(collection, embedder.embed(fields_of(passages).texts))
    asked = _asked(exact, questions, embedder)
    fit, held = [one for one in asked if not one.held], [one for one in asked if one.held]
    before = collection.weights
    dense = max(_DENSE, key=lambda weight: (round(float(_ranks(fit, weight).mean()), 6), -abs(weight - before.dense)))
    old, new = _ranks(held, before.dense), _ranks(held, dense)
    if new.mean() < old.mean():
        dense, new = before.dense, old
    weights = _answerable(exact, before.model_copy(update={"dense": dense}), fit)
    auroc_before, auroc_after = _auroc(exact, before, held), _auroc(exact, weights, held)
    if auroc_after < auroc_before:
        weights = before.model_copy(update={"dense": dense})
        auroc_after = _auroc(exact, weights, held)
    gain = new - old
    margin = 1.96 * float(gain.std(ddof=1)) / len(gain) ** 0.5
    return Tuned(
        weights=weights,
        fitted=len(fit),
        held=len(held),
        rank_before=float(old.mean()),
        rank_after=float(new.mean()),
        gain=float(gain.mean()),
        gain_low=float(gain.mean()) - margin,
        gain_high=float(gain.mean()) + margin,
        auroc_before=auroc_before,
        auroc_after=auroc_after,
    )


def _asked(exact: Exact, questions: Sequence[Question], embedder: Embedder) -> list[_Asked]:
    collection = exact.collection
    vectors: Vectors = embedder.embed([question.text for question in questions])
    articles = [passage.article_id for passage in collection.passages]
    return [
        _Asked(
            cosines=cosines,
            lexical=collection.lexicon.score(question.text),
            answers=np.array([article in question.article_ids for article in articles], np.bool_),
            held=hashlib.sha256(question.text.encode("utf-8", "surrogatepass")).digest()[0] % 2 == 0,
        )
        for question, cosines in zip(questions, exact.cosines(vectors), strict=True)
    ]


def _ranks(asked: Sequence[_Asked], dense: float) -> NDArray[np.float64]:
    """The reciprocal rank of the first passage that answers each question."""
    ranks = np.zeros(len(asked))
    for row, one in enumerate(asked):
        scores = score_all(one.cosines, one.lexical, dense)
        ranks[row] = 1.0 / (1 + int((scores > scores[one.answers].max()).sum()))
    return ranks


def _signals(exact: Exact, dense: float, one: _Asked, *, covered: bool) -> Signals:
    """With the answering articles, or as if they had never been written."""
    kept = np.arange(len(one.answers)) if covered else np.flatnonzero(~one.answers)
    cosines = Cosines(one.cosines.full[kept], one.cosines.title[kept], one.cosines.window[kept])
    return exact.signals(cosines, one.lexical[kept], kept, dense=dense)


def _both_ways(exact: Exact, dense: float, asked: Sequence[_Asked]) -> tuple[list[Signals], list[bool]]:
    uncovered = [one for one in asked if not one.answers.all()]
    signals = [_signals(exact, dense, one, covered=True) for one in asked]
    signals += [_signals(exact, dense, one, covered=False) for one in uncovered]
    return signals, [True] * len(asked) + [False] * len(uncovered)


def _answerable(exact: Exact, begun: Weights, fit: Sequence[_Asked]) -> Weights:
    signals, covered = _both_ways(exact, begun.dense, fit)
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(signals, covered)
    (score, lead, peak), bias = model.coef_[0], model.intercept_[0]
    return begun.model_copy(
        update={"score": float(score), "lead": float(lead), "peak": float(peak), "bias": float(bias)}
    )


def _auroc(exact: Exact, weights: Weights, held: Sequence[_Asked]) -> float:
    signals, covered = _both_ways(exact, weights.dense, held)
    return float(roc_auc_score(covered, [answerable(weights, **each._asdict()) for each in signals]))
