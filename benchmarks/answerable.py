"""Fits the constants of `assistant/scoring/weights.py` and says how well they hold.

Positives are questions against a collection that holds their answer, negatives the same ones against it without the
answering articles, and questions about something else. Questions come from the examples of the brand's intents and,
with `--data DIR`, from the open FAQ sets and from open intent sets as lists of past questions, a third of whose intents
is left out; each set counts the same. Every set is also scored by a fit on the others. `--let-through` says instead how
many questions without an answer pass where 90 % of those with one do, with and without the checks of a draft.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from faq_data import FaqSet, embed, read_sets
from let_through import let_through
from numpy.typing import NDArray
from question_lists import read_lists
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.adapters.minilm import MiniLM
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import Audience
from assistant.kb.pack import load_pack
from assistant.kb.split import split
from assistant.ports import Embedder, Vectors
from assistant.scoring.fusion import Exact, collect
from assistant.scoring.twins import Signals

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Sample:
    """One set's questions: the signals of each, whether the collection held the answer, and what is off its topic."""

    name: str
    features: Floats
    held: NDArray[np.bool_]
    off_topic: NDArray[np.bool_]

    @property
    def source(self) -> str:
        """The open set; its parts count as one, and are left out together."""
        return self.name.split()[0]


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    parser.add_argument("--prompts", type=Path, default=Path("prompts"))
    parser.add_argument("--let-through", action="store_true")
    options = parser.parse_args(arguments)
    sets = read_sets(options.data) if options.data else []
    if options.let_through:
        let_through(sets, options.knowledge, options.prompts)
        return 0
    lists = read_lists(options.data) if options.data else []
    with tempfile.TemporaryDirectory() as cache:
        embedder = MiniLM(Path(cache))
        samples = [_pack_sample(options.knowledge, embedder)]
        samples += [_faq_sample(faq, embedder) for faq in (*sets, *lists)]
    fitted = _fit(samples)
    print(", ".join(name.upper() for name in (*Signals._fields, "bias")), "=", end=" ")
    print(", ".join(f"{weight:.1f}" for weight in (*fitted.coef_[0], *fitted.intercept_)))
    for sample in samples:
        others = [other for other in samples if other.source != sample.source]
        print(f"{sample.name:24}{sample.held.sum()} held: AUROC {_auroc(fitted, sample)}")
        if others:
            print(f"{'':24}fitted on the others: {_auroc(_fit(others), sample)}")
    return 0


def _pack_sample(knowledge: Path, embedder: Embedder) -> Sample:
    pack = load_pack(knowledge)
    public = [article for article in pack.articles if article.audience is Audience.PUBLIC]
    passages = [passage for article in public for passage in split(article)]
    asked = [(text, intent.id) for intent in pack.intents for text in intent.examples]
    known = {intent for passage in passages for intent in passage.intents}
    asked = [(text, intent) for text, intent in asked if intent in known]
    questions = [text for text, _ in asked] + list(pack.out_of_scope)
    without = [np.array([intent in passage.intents for passage in passages]) for _, intent in asked]
    nothing = np.zeros(len(passages), np.bool_)
    with_all = [nothing] * len(questions)
    search = _Search(passages, embed(embedder, passages))
    vectors = embedder.embed(questions)
    features = search.features(questions, vectors, with_all) + search.features(questions, vectors, without)
    held = [True] * len(asked) + [False] * (len(pack.out_of_scope) + len(asked))
    off_topic = [False] * len(asked) + [True] * len(pack.out_of_scope) + [False] * len(asked)
    return Sample("pack", np.array(features), np.array(held), np.array(off_topic))


def _faq_sample(faq: FaqSet, embedder: Embedder) -> Sample:
    search = _Search(faq.passages, embed(embedder, faq.passages))
    questions = [query.text for query in faq.queries]
    vectors = embedder.embed(questions)
    nothing = np.zeros(len(faq.passages), np.bool_)
    features = search.features(questions, vectors, [nothing] * len(questions))
    held = [query.answerable is not False for query in faq.queries]
    off_topic = [query.off_topic for query in faq.queries]
    if all(held):
        gold = [faq.relevant.get(query.id, frozenset()) for query in faq.queries]
        without = [np.array([passage.id in ids for passage in faq.passages]) for ids in gold]
        features += search.features(questions, vectors, without)
        held += [False] * len(without)
        off_topic += [False] * len(without)
    return Sample(faq.name, np.array(features), np.array(held), np.array(off_topic))


class _Search:
    """The product's own scores, with some passages left out of each search."""

    def __init__(self, passages: Sequence[Passage], vectors: Vectors) -> None:
        self._collection = collect(passages)
        self._exact = Exact(self._collection, vectors)

    def features(
        self, questions: Sequence[str], vectors: Vectors, left_out: Sequence[NDArray[np.bool_]]
    ) -> list[Signals]:
        """The signals of each question; `left_out` may be shorter than the questions."""
        found: list[Signals] = []
        for question, vector, out in zip(questions, vectors, left_out, strict=False):
            kept = np.flatnonzero(~out)
            left = self._exact.cosines(vector[None]).row(0).of(kept)
            lexical = self._collection.lexicon.scores([question])[0, kept]
            found.append(self._exact.weigh(left, lexical, kept, self._collection.weights).signals)
        return found


def _fit(samples: Sequence[Sample]) -> LogisticRegression:
    """Each source weighs the same, and in each as much what is held as what is not."""
    features = np.vstack([sample.features for sample in samples])
    held = np.concatenate([sample.held for sample in samples])
    parts = Counter(sample.source for sample in samples)
    weights = np.concatenate(
        [np.where(s.held, 1 / s.held.sum(), 1 / (~s.held).sum()) / parts[s.source] for s in samples]
    )
    return LogisticRegression(C=1e3, max_iter=1000).fit(features, held, sample_weight=weights / weights.mean())


def _auroc(model: LogisticRegression, sample: Sample) -> str:
    """Of questions of the trade and, where there are any, of those about something else, each against what is held."""
    said = model.decision_function(sample.features)
    parts: list[str] = []
    for name, unheld in (("on topic", ~sample.held & ~sample.off_topic), ("off topic", sample.off_topic)):
        if unheld.any():
            chosen = sample.held | unheld
            parts.append(f"{name} {roc_auc_score(sample.held[chosen], said[chosen]):.3f} (n {unheld.sum()})")
    return ", ".join(parts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
