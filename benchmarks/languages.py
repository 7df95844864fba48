"""How many questions in other languages find the right English article of the shipped brand.

    python benchmarks/languages.py [--knowledge DIR]

58 questions in seven languages (`other_languages.jsonl`), each with the articles that answer it, against the brand's
public articles: with MiniLM alone, and with the model for many languages beside it.
"""

import argparse
import json
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.adapters.lingua import Lingua
from assistant.adapters.many_languages import ManyLanguages
from assistant.adapters.minilm import MiniLM
from assistant.domain.knowledge import Passage
from assistant.domain.vocabulary import Audience
from assistant.kb.pack import load_pack
from assistant.kb.split import split
from assistant.learning.statistics import wilson
from assistant.ports import Embedder
from assistant.scoring.fusion import Exact, collect

Question = dict[str, str | list[str]]

QUESTIONS = Path(__file__).with_name("other_languages.jsonl")
AT_ONCE = 256
TIMED = 100


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    options = parser.parse_args()
    public = [each for each in load_pack(options.knowledge).articles if each.audience is Audience.PUBLIC]
    passages = [passage for article in public for passage in split(article)]
    questions = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as cache:
        minilm = MiniLM(Path(cache), threads=1)
        many = ManyLanguages(minilm, Lingua(("en",)))
        _measure("MiniLM alone", passages, questions, minilm, minilm)
        _measure("many languages", passages, questions, many, many.questions)


def _measure(
    name: str, passages: Sequence[Passage], questions: Sequence[Question], embedder: Embedder, asker: Embedder
) -> None:
    collection = collect(passages)
    texts = collection.fields.texts
    vectors = np.vstack([embedder.embed(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)])
    asked = [str(question["text"]) for question in questions]
    found = Exact(collection, vectors).search(asked, asker.embed(asked), k=10)
    ranked = [list(dict.fromkeys(hit.passage.article_id for hit in evidence.hits)) for evidence in found]
    for most in (1, 3):
        hits = [
            bool(set(ids[:most]) & set(question["articles"])) for ids, question in zip(ranked, questions, strict=True)
        ]
        share = wilson(sum(hits), len(hits))
        assert share is not None
        by_language: dict[str, list[bool]] = {}
        for question, hit in zip(questions, hits, strict=True):
            by_language.setdefault(str(question["language"]), []).append(hit)
        told = ", ".join(f"{language} {sum(each)} of {len(each)}" for language, each in by_language.items())
        print(f"{name}: among the first {most}: {sum(hits)} of {share.n}, {share.low:.1%} to {share.high:.1%} ({told})")
    started = time.process_time()
    for text in (asked * TIMED)[:TIMED]:
        asker.embed([text])
    print(f"{name}: {(time.process_time() - started) * 1000 / TIMED:.2f} ms of CPU to embed one of these questions")


if __name__ == "__main__":
    main()
