"""Reads a text with everything that was fitted: intent, scope, sentiment, urgency, stance, sensitivity, injection."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from assistant.domain.brand import NO_REPLY_STANCES
from assistant.domain.understanding import FiredSensitivity, HeadScores, InjectionVerdict, Piece
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency
from assistant.errors import HeadsMissing
from assistant.ports import Vectors
from assistant.scoring.confidence import AS_SAID, Gate, neighbours, no_surer, signals, told
from assistant.scoring.features import Floats, Matrix, Together
from assistant.scoring.folder import Loaded, read
from assistant.scoring.linear import (
    Ensemble,
    Products,
    Voice,
    exact,
    log_softmax,
    sigmoid,
    unpack_kernel,
    unpack_scorer,
    unpack_tfidf,
)
from assistant.scoring.pieces import SURER, SURER_OF_CRITICAL
from assistant.scoring.sensitivity import CRITICAL, Rule, Rules
from assistant.scoring.text import fold
from assistant.scoring.tripwire import shipped_tripwire
from assistant.scoring.wide import plain

INTENTS = "intents"
STATES = "states"
"""The two parts of a model folder: what a brand taught, and what holds for every brand."""

Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class IntentReading:
    """One row per text; `log_probabilities` are calibrated among the labels, `in_scope` is the gate's verdict."""

    log_probabilities: Floats
    in_scope: Floats


class IntentHead:
    """The labels of one brand or file."""

    def __init__(self, loaded: Loaded, products: Products = exact) -> None:
        settings = loaded.facts.settings
        self.labels: tuple[str, ...] = tuple(settings["labels"])
        self.embedder: str = settings["embedder"]
        self.tfidf = unpack_tfidf(loaded.arrays)
        self._ensemble = Ensemble(
            voices=tuple(
                Voice(unpack_scorer(f"voice{position}", loaded.arrays, products), voice["sharpness"], voice["weight"])
                for position, voice in enumerate(settings["voices"])
            ),
            sharpness=settings["sharpness"],
            shift=loaded.arrays["shift"],
        )
        gate = settings["gate"]
        self.gate = Gate(
            centre=np.array(gate["centre"], np.float32),
            spread=np.array(gate["spread"], np.float32),
            weights=np.array(gate["weights"], np.float32),
            bias=gate["bias"],
            threshold=gate["threshold"],
        )
        slope, intercept = settings.get("line", AS_SAID)
        self._line = (float(slope), float(intercept))
        self._tested: int | None = settings.get("tested")
        self._cosines = products(loaded.arrays["examples"].astype(np.float32))
        self._example_labels = loaded.arrays["example_labels"].astype(np.int64)

    def read(self, texts: Sequence[str], vectors: Vectors) -> IntentReading:
        """Scores of every label, and the in-scope probability."""
        return self.read_grams(self.tfidf.transform(texts), vectors)

    def read_grams(self, grams: Matrix, vectors: Vectors) -> IntentReading:
        """The same of what `tfidf` made of the texts."""
        scores = [voice.scorer.scores(grams, vectors) for voice in self._ensemble.voices]
        log_probabilities = self._ensemble.log_probabilities(scores)
        near = neighbours(self._cosines(plain(vectors)), self._example_labels)
        in_scope = self.gate.in_scope(signals(log_probabilities, scores, near))
        said = told(log_probabilities, self._line)
        return IntentReading(said if self._tested is None else no_surer(said, self._tested), in_scope)


ORDERS = "injection"
"""The column that reads meaning for the tripwire, and the examples it is fitted on."""
_CLASSES = tuple(words.__name__.lower() for words in (Sentiment, Urgency, Stance))


class StatesHead:
    """What holds for every brand. One matrix gives all outputs; each named block of columns is one head."""

    def __init__(self, loaded: Loaded, products: Products = exact) -> None:
        settings = loaded.facts.settings
        self.embedder: str = settings["embedder"]
        self.tfidf = unpack_tfidf(loaded.arrays)
        self._scorer = unpack_kernel("states", loaded.arrays, products)
        self._sharpness: Mapping[str, float] = settings["sharpness"]
        self._thresholds = {Sensitivity(name): float(value) for name, value in settings["thresholds"].items()}
        named = (*_CLASSES, ORDERS, *self._thresholds)  # all looked up now: a missing one must not fail every mention
        self._columns: Mapping[str, tuple[int, int]] = {name: tuple(settings["columns"][name]) for name in named}
        self._watched = [self._columns[category.value][0] for category in self._thresholds]
        self._limits = np.array([list(settings[level].values()) for level in ("thresholds", "certain")])
        self._tripwire = shipped_tripwire()
        self._rules = Rules([Rule.model_validate(rule) for rule in settings["rules"]])

    def read(self, texts: Sequence[str], grams: Matrix, vectors: Vectors) -> "StatesReading":
        """All heads at once; `grams` are what `tfidf` made of the texts."""
        scores = self._scorer.scores(grams, vectors)
        likely = sigmoid(scores)
        folded = [fold(text) for text in texts]
        return StatesReading(
            sentiment=self._classes(scores, Sentiment),
            urgency=self._classes(scores, Urgency),
            stance=self._classes(scores, Stance),
            fired=tuple(
                self._fired(self._rules.fired(text), grams, row, likely[row], limits=self._limits)
                for row, text in enumerate(folded)
            ),
            injection=tuple(map(self._injection, folded, self._block(scores, ORDERS)[:, 0].tolist())),
        )

    def vetoes(self, pieces: Sequence[Piece], grams: Matrix, vectors: Vectors) -> list[tuple[FiredSensitivity, ...]]:
        """What fires on pieces of messages."""
        likely = sigmoid(self._scorer.scores(grams, vectors))
        alone = np.array([piece.alone for piece in pieces])[:, None, None]
        surer = np.where(alone, 1.0, [SURER_OF_CRITICAL if each in CRITICAL else SURER for each in self._thresholds])
        limits = surer * self._limits / (1 - self._limits + surer * self._limits)
        return [
            self._fired(self._rules.fired(fold(piece.text)), grams, row, likely[row], limits=limits[row])
            for row, piece in enumerate(pieces)
        ]

    def _block(self, scores: Floats, name: str) -> Floats:
        start, end = self._columns[name]
        return scores[:, start:end]

    def _classes(self, scores: Floats, words: type[Word]) -> list[dict[Word, float]]:
        name, classes = words.__name__.lower(), tuple(words)
        likely = np.exp(log_softmax(self._sharpness[name] * self._block(scores, name)))
        return [dict(zip(classes, row, strict=True)) for row in likely.tolist()]

    def orders(self, texts: Sequence[str], vectors: Vectors) -> Floats:
        """What the texts' meaning says of orders to a machine, for fitting the tripwire: about -1 to 1."""
        return self._block(self._scorer.scores(self.tfidf.transform(texts), vectors), ORDERS)[:, 0]

    def _injection(self, folded: str, meant: float) -> InjectionVerdict:
        likely = self._tripwire.likely(folded, meant)
        return InjectionVerdict(score=likely, flag=likely >= self._tripwire.threshold)

    def _fired(
        self,
        ruled: Mapping[Sensitivity, FiredSensitivity],
        grams: Matrix,
        row: int,
        likely: Floats,
        *,
        limits: NDArray[np.float64],
    ) -> tuple[FiredSensitivity, ...]:
        over, certain = likely[self._watched] >= limits
        if not ruled and not over.any():
            return ()
        found: list[FiredSensitivity] = []
        for place, (category, column) in enumerate(zip(self._thresholds, self._watched, strict=True)):
            score = float(likely[column])
            doubted = score < _DOUBTED
            if (rule := ruled.get(category)) is not None and not (doubted and category not in CRITICAL):
                found.append(rule.model_copy(update={"score": max(score, rule.score), "certain": not doubted}))
            elif over[place]:
                why = self._heaviest_words(grams, row, column)
                found.append(FiredSensitivity(category=category, score=score, why=why, certain=bool(certain[place])))
        return tuple(found)

    def _heaviest_words(self, grams: Matrix, row: int, column: int) -> str:
        """The words of the text that speak most for an output, or that it is the meaning as a whole."""
        here = slice(grams.indptr[row], grams.indptr[row + 1])
        terms, weights = grams.indices[here], grams.data[here]
        words = terms < self.tfidf.words
        pull = weights[words] * self._scorer.terms[terms[words], column]
        named = [self.tfidf.terms[terms[words][place]] for place in np.argsort(-pull)[:3] if pull[place] > _A_PULL]
        listed = ", ".join(f"“{word}”" for word in named)
        return f"reads like the examples; speaks for it: {listed}" if listed else "reads like the examples as a whole"


_DOUBTED = 0.4
"""Score below which the meaning of a text speaks against what a rule made of its wording. On five blind sets .4 lets go
2 of 2,151 that .2 finds, and 11 of 101 look-alikes it stops; on a sixth, not looked at before, 1 of 288 and 4 of 22."""
_A_PULL = 0.05
"""Log-odds below which a word explains nothing."""


@dataclass(frozen=True)
class StatesReading:
    """One entry per text."""

    sentiment: Sequence[Mapping[Sentiment, float]]
    urgency: Sequence[Mapping[Urgency, float]]
    stance: Sequence[Mapping[Stance, float]]
    fired: Sequence[tuple[FiredSensitivity, ...]]
    injection: Sequence[InjectionVerdict]


class FittedHeads:
    """A `Heads` from a model folder."""

    def __init__(self, intents: IntentHead, states: StatesHead, fingerprint: str) -> None:
        self._intents = intents
        self._states = states
        self._grams = Together([intents.tfidf, states.tfidf])
        self._fingerprint = fingerprint

    @property
    def fingerprint(self) -> str:
        return self._fingerprint

    @property
    def embedder(self) -> str:
        """Fingerprint of the embedder whose vectors the heads were fitted on; others must not be read."""
        return self._intents.embedder

    @property
    def labels(self) -> tuple[str, ...]:
        """The intents, in the order of their scores."""
        return self._intents.labels

    def read(self, texts: Sequence[str], vectors: Vectors) -> Sequence[HeadScores]:
        if not texts:
            return ()
        of_intents, of_states = self._grams.transform(texts)
        intents = self._intents.read_grams(of_intents, vectors)
        states = self._states.read(texts, of_states, vectors)
        best = np.argsort(-intents.log_probabilities, axis=1)[:, :2]
        sure = np.exp(np.take_along_axis(intents.log_probabilities, best[:, :1], axis=1)[:, 0])
        rows = zip(best.tolist(), sure.tolist(), intents.in_scope.tolist(), strict=True)
        return [self._row(row, *of_row, states) for row, of_row in enumerate(rows)]

    def vetoes(self, pieces: Sequence[Piece], vectors: Vectors) -> Sequence[tuple[FiredSensitivity, ...]]:
        if not pieces:
            return ()
        grams = self._states.tfidf.transform([piece.text for piece in pieces])
        return self._states.vetoes(pieces, grams, vectors)

    def _row(self, row: int, best: Sequence[int], sure: float, in_scope: float, states: StatesReading) -> HeadScores:
        """`best` holds the likeliest label, and the next where there are several."""
        stance = states.stance[row]
        return HeadScores(
            intent=self.labels[best[0]],
            intent_confidence=min(1.0, sure),
            runner_up=self.labels[best[1]] if len(best) > 1 else None,
            in_scope_confidence=in_scope,
            in_scope=in_scope >= self._intents.gate.threshold,
            sentiment=states.sentiment[row],
            urgency=states.urgency[row],
            stance=stance,
            respond_confidence=1 - min(1.0, sum(stance[word] for word in NO_REPLY_STANCES)),
            fired=states.fired[row],
            injection=states.injection[row],
        )


def load(intents: Path, states: Path, *, embedder: str | None = None, products: Products = exact) -> FittedHeads:
    """The heads in these two folders. `products` compare texts with examples. Raises `HeadsMissing`, also where they
    were fitted on vectors of another `embedder` than this one.
    """
    intents_file, states_file = read(intents, INTENTS), read(states, STATES)
    for folder, file in ((intents, intents_file), (states, states_file)):
        fitted_on = file.facts.settings.get("embedder")
        if embedder is not None and fitted_on != embedder:
            raise HeadsMissing(
                f"the model in {folder} was fitted on vectors of {fitted_on}, and messages are read with {embedder} "
                "now; run `assistant train`"
            )
    fingerprint = fingerprint_of(intents_file.fingerprint, states_file.fingerprint)
    with _whole(intents):
        intent_head = IntentHead(intents_file, products)
    with _whole(states):
        states_head = StatesHead(states_file, products)
    return FittedHeads(intent_head, states_head, fingerprint)


@contextmanager
def _whole(folder: Path) -> Iterator[None]:
    try:
        yield
    except KeyError as part:
        raise HeadsMissing(
            f"the model in {folder} has no {part}, so another version wrote it; run `assistant train`"
        ) from part


def fingerprint_of(intents: str, states: str) -> str:
    """What turns call the heads made of these two files."""
    parts = (intents, states, shipped_tripwire().fingerprint)
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]
