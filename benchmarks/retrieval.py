"""How well and how fast passages are found: ours, plain dense search with the same vectors, and plain BM25, in one run.

`--data DIR` is the folder with the open FAQ sets (faq_*); without it there is nothing to measure. `--precision fp32`
embeds without quantisation. Where a set says which questions it can't answer, those are the negatives of `answerable`;
elsewhere they are the same questions against the collection without their answers.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import bm25s
import numpy as np
from faq_data import FaqSet, embed, quality, read_sets
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant.adapters.memory_index import MemoryIndex
from assistant.adapters.minilm import MiniLM
from assistant.ports import Embedder
from assistant.scoring.fields import fields_of, full_text
from assistant.scoring.lexical import words_of
from assistant.workflows.search_corpus import search_corpus

REMOVED_QUERIES = 100
"""Questions asked again without their answers, where a set has no unanswerable ones of its own."""


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--precision", choices=["int8", "fp32"], default="int8")
    options = parser.parse_args(arguments)
    sets = read_sets(options.data) if options.data else []
    if not sets:
        print("benchmarks/retrieval.py: nothing to measure; name the folder of open data with --data DIR")
        return 0
    totals: dict[str, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory() as cache:
        embedder = MiniLM(Path(cache), options.precision)
        for faq in sets:
            ours, likely = _ours(faq, embedder, Path(cache))
            for name, ranked in {"ours": ours, "dense": _dense(faq, embedder), "BM25": _bm25(faq)}.items():
                measured = quality(ranked, faq)
                totals.setdefault(name, []).append(measured)
                print(f"{faq.name:24}{name:8}" + "  ".join(f"{key} {value:.3f}" for key, value in measured.items()))
            print(f"{faq.name:24}answerable AUROC {_auroc(faq, embedder, likely)}")
    for name, rows in totals.items():
        means = {key: np.mean([row[key] for row in rows]) for key in rows[0]}
        print(f"{'macro':24}{name:8}" + "  ".join(f"{key} {value:.3f}" for key, value in means.items()))
    return 0


def _ours(faq: FaqSet, embedder: Embedder, folder: Path) -> tuple[list[list[str]], list[float]]:
    """The command's own way, over files; prints its rates."""
    corpus, queries = folder / "corpus.jsonl", folder / "queries.jsonl"
    corpus.write_text(
        "\n".join(json.dumps({"_id": each.id, "title": each.title, "text": each.text}) for each in faq.passages),
        encoding="utf-8",
    )
    queries.write_text(
        "\n".join(json.dumps({"_id": each.id, "text": each.text, "history": each.history}) for each in faq.queries),
        encoding="utf-8",
    )
    rows: list[dict[str, object]] = []
    started = time.perf_counter()
    search_corpus(
        corpus,
        queries,
        embedder=embedder,
        index=MemoryIndex(),
        k=10,
        write=lambda written: rows.extend(dict(row) for row in written),
        bad=print,
        progress=lambda steps, total: None,
    )
    print(f"{faq.name:24}{len(faq.passages)} documents, {len(rows)} queries: {time.perf_counter() - started:.1f} s")
    answers = json.loads(json.dumps(rows))
    return [[hit["id"] for hit in row["hits"]] for row in answers], [row["answerable"] for row in answers]


def _dense(faq: FaqSet, embedder: Embedder) -> list[list[str]]:
    passages = embedder.embed([full_text(passage) for passage in faq.passages])
    similar = embedder.embed([query.text for query in faq.queries]) @ passages.T
    return [[faq.passages[at].id for at in np.argsort(-row, kind="stable")[:10]] for row in similar]


def _bm25(faq: FaqSet) -> list[list[str]]:
    model = bm25s.BM25(k1=1.2, b=0.75)
    model.index([words_of(full_text(passage)) for passage in faq.passages], show_progress=False)
    ranked: list[list[str]] = []
    for query in faq.queries:
        words = words_of(query.text)
        scores = model.get_scores(words) if words else np.zeros(len(faq.passages))
        ranked.append([faq.passages[at].id for at in np.argsort(-scores, kind="stable")[:10]])
    return ranked


def _auroc(faq: FaqSet, embedder: Embedder, likely: Sequence[float]) -> str:
    if any(query.answerable is False for query in faq.queries):
        return ", ".join(_apart(faq, np.array(likely)))
    chosen = faq.queries[:: max(1, len(faq.queries) // REMOVED_QUERIES)]
    vectors = dict(zip(fields_of(faq.passages).texts, embed(embedder, faq.passages), strict=True))
    asked = embedder.embed([query.text for query in chosen])
    removed: list[float] = []
    for query, vector in zip(chosen, asked, strict=True):
        left = [passage for passage in faq.passages if passage.id not in faq.relevant.get(query.id, ())]
        index = MemoryIndex()
        index.replace(left, np.array([vectors[text] for text in fields_of(left).texts]))
        removed.append(index.search([query.text], vector[None], k=1)[0].answerable)
    return f"on topic {roc_auc_score([True] * len(likely) + [False] * len(removed), [*likely, *removed]):.3f}"


def _apart(faq: FaqSet, likely: NDArray[np.float64]) -> Iterator[str]:
    held = np.array([query.answerable is not False for query in faq.queries])
    off_topic = np.array([query.off_topic for query in faq.queries])
    for name, unheld in (("on topic", ~held & ~off_topic), ("off topic", off_topic)):
        if unheld.any():
            chosen = held | unheld
            yield f"{name} {roc_auc_score(held[chosen], likely[chosen]):.3f} (n {unheld.sum()})"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
