"""The open FAQ sets as the retrieval benchmarks read them: corpus, queries with history, judgements, vectors."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.domain.knowledge import Passage
from assistant.ports import Embedder, Vectors
from assistant.scoring.fields import fields_of

NAMES = ("faq_stackexchange", "faq_multiturn", "faq_bank_unanswerable")


@dataclass(frozen=True)
class Query:
    """One question; `answerable` None where the set doesn't say, then every judged query is."""

    id: str
    text: str
    history: tuple[str, ...]
    answerable: bool | None
    off_topic: bool = False


@dataclass(frozen=True)
class FaqSet:
    """One set; `relevant` holds the ids judged relevant for each query that has any."""

    name: str
    passages: tuple[Passage, ...]
    queries: tuple[Query, ...]
    relevant: dict[str, frozenset[str]]


def read_sets(folder: Path) -> list[FaqSet]:
    """The sets that are there."""
    return [_read(folder / name) for name in NAMES if (folder / name / "corpus.jsonl").is_file()]


def embed(embedder: Embedder, passages: Sequence[Passage]) -> Vectors:
    """One row for each text the passages are found by."""
    return embedder.embed(fields_of(passages).texts)


def quality(ranked: Sequence[Sequence[str]], faq: FaqSet) -> dict[str, float]:
    """Mean recall@1, recall@5 (of the best five possible) and nDCG@10 over judged, answerable queries."""
    rows: list[tuple[float, float, float]] = []
    for query, ids in zip(faq.queries, ranked, strict=True):
        gold = faq.relevant.get(query.id)
        if not gold or query.answerable is False:
            continue
        found = np.array([hit in gold for hit in ids[:10]] + [False] * (10 - len(ids[:10])), np.float64)
        discount: NDArray[np.float64] = 1 / np.log2(np.arange(2, 12))
        ideal = float(discount[: min(10, len(gold))].sum())
        rows.append((found[0], found[:5].sum() / min(5, len(gold)), float(found @ discount) / ideal))
    first, five, ndcg = np.mean(rows, axis=0)
    return {"R@1": float(first), "recall@5": float(five), "nDCG@10": float(ndcg)}


def _read(folder: Path) -> FaqSet:
    relevant: dict[str, set[str]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query_id, passage_id, _ = line.split("\t")
        relevant.setdefault(query_id, set()).add(passage_id)
    return FaqSet(
        name=folder.name,
        passages=tuple(
            Passage(id=row["_id"], article_id=row["_id"], version=1, title=row["title"], text=row["text"])
            for row in _rows(folder / "corpus.jsonl")
        ),
        queries=tuple(
            Query(
                row["_id"],
                row["text"],
                tuple(row.get("history", ())),
                row.get("answerable"),
                row.get("metadata", {}).get("kind") == "ood-oos",
            )
            for row in _rows(folder / "queries.jsonl")
        ),
        relevant={query_id: frozenset(ids) for query_id, ids in relevant.items()},
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
