"""How many questions without an answer pass where 90 % of those with one do: by `answerable`, and with the checks of a
draft beside it.

The extractive drafter answers from what was found, an entry's short text as approved wording and a long one by its
sentences; the pipeline's own stage checks the draft. Then a logistic model of the search's signals and of what the
checks saw is fitted, on the other sets or on other folds of the same one, and asked about questions it never saw.
"""

import asyncio
import math
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

import numpy as np
from faq_data import FaqSet, Query, embed
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.adapters.extractive import Extractive
from assistant.adapters.minilm import MiniLM
from assistant.domain.brand import Intent, Pack
from assistant.domain.knowledge import ApprovedReply, Article, Evidence, Passage
from assistant.domain.mention import Mention, ThreadMessage
from assistant.domain.understanding import InjectionVerdict, Understanding
from assistant.domain.vocabulary import Sentiment, Stance, Tier, Urgency, Visibility
from assistant.guardrails.coverage import coverage_of
from assistant.guardrails.grounding import read
from assistant.kb.pack import load_pack
from assistant.pipeline.check import check, covered
from assistant.ports import DraftRequest, Embedder, Vectors
from assistant.prompts import Prompts
from assistant.scoring.fields import full_text
from assistant.scoring.fusion import Exact, collect, each_with_each
from assistant.scoring.threads import DEPTH, mixed, with_turns
from assistant.scoring.twins import Signals

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

KEPT = 0.9
"""Share of the answerable questions that must pass."""
WORDING = 600
"""Characters up to which a text is given as approved wording."""
ASKED = "asked"
"""The one intent of the made-up brand: every question has it, every article answers it."""
CHECKS = frozenset({"grounding", "facts", "wanted", "contradiction"})
SEARCH = len(Signals._fields)
SHOWN = {"search": slice(SEARCH), "search and draft's nearness": slice(SEARCH + 1), "search and checks": slice(None)}
"""Which columns are told to a fitted model, by what they hold."""
FOLDS, DRAWS = 10, 1000
LEAST = 0.5
"""The shipped `min_answerable`."""


@dataclass(frozen=True)
class Seen:
    """One set's questions: `answerable` as shipped, the signals of the search and what the checks saw of each, whether
    it has an answer, is off topic, passes the checks as the pipeline does, and which question it is."""

    name: str
    answerable: Floats
    rows: Floats
    held: Flags
    off_topic: Flags
    passes: Flags
    question: NDArray[np.int64]


def let_through(sets: Sequence[FaqSet], knowledge: Path, prompt_files: Path) -> None:
    """Prints a block for each set."""
    brand = load_pack(knowledge)
    with tempfile.TemporaryDirectory() as cache:
        embedder, prompts = MiniLM(Path(cache)), Prompts(prompt_files)
        seen = [_seen(faq, brand, embedder, prompts) for faq in sets]
    for one in seen:
        others = [other for other in seen if other is not one]
        print(f"{one.name}: {one.held.sum()} with an answer, {(~one.held).sum()} without")
        passing = one.passes & (one.answerable >= LEAST)
        print(f"  by the pipeline's own rules {passing[one.held].mean():.3f} kept, {_shares(one, passing)} let through")
        _say(one, "answerable as shipped", one.answerable)
        for what, columns in SHOWN.items():
            if others:
                _say(one, f"{what}, fitted on other sets", _fitted(others, columns, one))
            _say(one, f"{what}, fitted on other folds", _across_folds(one, columns))


def _seen(faq: FaqSet, brand: Pack, embedder: Embedder, prompts: Prompts) -> Seen:
    asking = _Asking(faq, brand, embedder, prompts)
    everything = np.zeros(len(faq.passages), np.bool_)
    asked = [(number, query, everything) for number, query in enumerate(faq.queries)]
    held = [query.answerable is not False for query in faq.queries]
    if all(held):
        gold = [faq.relevant.get(query.id, frozenset()) for query in faq.queries]
        asked += [
            (number, query, np.array([passage.id in gold[number] for passage in faq.passages]))
            for number, query in enumerate(faq.queries)
        ]
        held += [False] * len(gold)
    found = [asking.measured(number, query, left_out) for number, query, left_out in asked]
    return Seen(
        name=faq.name,
        answerable=np.array([one.answerable for one in found]),
        rows=np.array([one.row for one in found]),
        held=np.array(held),
        off_topic=np.array([query.off_topic for _, query, _ in asked]),
        passes=np.array([one.passes for one in found]),
        question=np.array([number for number, _, _ in asked]),
    )


class _Measured(NamedTuple):
    """Of one question; `row` holds the signals of the search, how near the draft is, then what the checks saw."""

    answerable: float
    row: list[float]
    passes: bool


class _Asking:
    """A set as a brand's knowledge, and its questions as messages in private."""

    def __init__(self, faq: FaqSet, brand: Pack, embedder: Embedder, prompts: Prompts) -> None:
        self._collection = collect(faq.passages)
        self._texts = embed(embedder, faq.passages)
        self._exact = Exact(self._collection, self._texts)
        self._longer = [with_turns(query.history, query.text) for query in faq.queries]
        self._vectors = embedder.embed([query.text for query in faq.queries])
        self._longer_vectors = embedder.embed([text or "" for text in self._longer])
        intent = Intent(id=ASKED, topic=ASKED, name="Asked", tier=Tier.SELF_SERVE, examples=("a question",))
        articles = tuple(map(_article, faq.passages))
        self._pack = Pack(**dict(brand) | {"intents": (intent,), "articles": articles, "fingerprint": faq.name})
        self._coverage = coverage_of(self._pack)
        self._drafter = Extractive(prompts, embedder)

    def measured(self, number: int, query: Query, left_out: Flags) -> _Measured:
        """Searched as `assistant search` does, drafted and checked as the pipeline does."""
        evidence, signals = self._found(query.text, self._vectors[number], left_out)
        if (longer := self._longer[number]) is not None:
            again, more = self._found(longer, self._longer_vectors[number], left_out)
            evidence, signals = mixed(evidence, again), (signals + more) / 2
        mention, passages = _mention(query), tuple(hit.passage for hit in evidence.hits)
        request = DraftRequest(mention, CLEAR, evidence, self._pack, passages, meaning=self._vectors[number])
        drafted = asyncio.run(self._drafter.draft(request))
        answer, speaks, against = passages[0].text, False, 0
        if drafted.draft is not None:
            checked = check(
                drafted.draft, mention=mention, sentiment=CLEAR.sentiment, passages=passages, pack=self._pack
            )
            answer = checked.draft.text
            speaks = covered(checked.draft, mention, CLEAR, self._coverage)
            against = sum(finding.guardrail in CHECKS for finding in checked.findings)
        seen = [drafted.near or 0.0, float(drafted.draft is not None), float(speaks), float(against)]
        row = [*signals.tolist(), *seen, *self._spoken(query.text, passages, answer)]
        return _Measured(evidence.answerable, row, speaks and not against)

    def _spoken(self, text: str, passages: Sequence[Passage], answer: str) -> Iterator[float]:
        """How much of the question the best article and the answer speak of."""
        best = [passages[0].article_id]
        yield self._coverage.uncovered(text, best)
        yield self._coverage.spoken(text, best, answer)
        reading = read(text, [full_text(passage) for passage in passages[:3]])
        yield from (reading.coverage, reading.nearest, reading.pairs, math.log1p(reading.strange))

    def _found(self, text: str, vector: Vectors, left_out: Flags) -> tuple[Evidence, Floats]:
        kept = np.flatnonzero(~left_out)
        cosines = self._exact.cosines(vector[None]).of(kept)
        lexical = self._collection.lexicon.scores([text])[:, kept]
        signals = self._exact.weigh(cosines.row(0), lexical[0], kept, self._collection.weights).signals
        (evidence,) = self._collection.rank(
            cosines,
            lexical,
            k=8 * DEPTH,
            among=lambda places: each_with_each(self._texts[kept[places]]),
            positions=kept,
        )
        return evidence, np.array(signals)


def _article(passage: Passage) -> Article:
    wording = ApprovedReply(channels=("any",), visibility=Visibility.PUBLIC, text=passage.text)
    return Article(
        id=passage.article_id,
        title=passage.title,
        summary="",
        valid_from=date(2026, 1, 1),
        owner="benchmark",
        version=passage.version,
        intents=(ASKED,),
        replies=(wording,) if passage.text.strip() and len(passage.text) <= WORDING else (),
        body=passage.text,
    )


def _mention(query: Query) -> Mention:
    before = tuple(ThreadMessage(role="customer", text=turn) for turn in query.history)
    return Mention(
        id=query.id,
        brand_id="benchmark",
        channel="email",
        external_id=query.id,
        text=query.text,
        thread=before,
        visibility=Visibility.PRIVATE,
    )


CLEAR = Understanding(
    intent=ASKED,
    intent_confidence=1.0,
    in_scope=True,
    in_scope_confidence=1.0,
    sentiment=Sentiment.NEUTRAL,
    urgency=Urgency.LOW,
    stance=Stance.QUESTION,
    respond=True,
    language="en",
    injection=InjectionVerdict(score=0.0, flag=False),
)
"""Nothing but the search and the draft may tell the questions apart."""


def _model() -> Pipeline:
    return make_pipeline(StandardScaler(), LogisticRegression(C=1.0, class_weight="balanced", max_iter=2000))


def _fitted(others: Sequence[Seen], columns: slice, one: Seen) -> Floats:
    """Each set weighs the same, and in each as much what has an answer as what has none."""
    weights = np.concatenate([np.where(each.held, 1 / each.held.sum(), 1 / (~each.held).sum()) for each in others])
    rows = np.vstack([each.rows[:, columns] for each in others])
    held = np.concatenate([each.held for each in others])
    model = _model().fit(rows, held, logisticregression__sample_weight=weights / weights.mean())
    return np.asarray(model.decision_function(one.rows[:, columns]), np.float64)


def _across_folds(one: Seen, columns: slice) -> Floats:
    """A question with and without its answer is in one fold."""
    folds = GroupKFold(FOLDS, shuffle=True, random_state=0)
    said = cross_val_predict(
        _model(), one.rows[:, columns], one.held, groups=one.question, cv=folds, method="decision_function"
    )
    return np.asarray(said, np.float64)


def _say(one: Seen, what: str, said: Floats) -> None:
    """The shares that pass, with 95 % of what other draws of the questions give."""
    chance = np.random.default_rng(0)
    draws = [chance.integers(len(said), size=len(said)) for _ in range(DRAWS)]
    parts: list[str] = []
    for name, unheld in _kinds(one):
        passing = [_passing(said[draw], one.held[draw], unheld[draw]) for draw in draws]
        low, high = np.quantile(passing, (0.025, 0.975))
        parts.append(f"{name} {_passing(said, one.held, unheld):.3f} ({low:.3f} to {high:.3f})")
    print(f"  {what:52}{', '.join(parts)}")


def _passing(said: Floats, held: Flags, unheld: Flags) -> float:
    """The share of these that pass where `KEPT` of those held do."""
    return float((said[unheld] >= np.quantile(said[held], 1 - KEPT)).mean())


def _kinds(one: Seen) -> Iterator[tuple[str, Flags]]:
    kinds = {"on topic": ~one.held & ~one.off_topic, "off topic": ~one.held & one.off_topic, "all": ~one.held}
    yield from ((name, unheld) for name, unheld in kinds.items() if unheld.any() and name != "all")
    if one.off_topic.any():
        yield "all", kinds["all"]


def _shares(one: Seen, passing: Flags) -> str:
    return ", ".join(f"{name} {passing[unheld].mean():.3f}" for name, unheld in _kinds(one))
