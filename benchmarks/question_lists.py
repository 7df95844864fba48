"""Lists of past questions as collections, made of open intent sets: some intents stand in them, the others don't."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from faq_data import FaqSet, Query

from assistant.domain.knowledge import Passage

STANDING = 0.66
"""Share of a list's intents that stand in the collection; questions of the others are on topic and not covered."""
MOST_PASSAGES, MOST_ASKED = 100, 30
"""Texts of one intent that stand in the collection, and that are asked."""

Texts = Mapping[str, Sequence[str]]
"""The texts of each intent."""


def read_lists(folder: Path) -> list[FaqSet]:
    """Each domain of clinc150, all of hwu64, each bot of hint3_v1; names begin with the set's and a space."""
    return [_split(name, texts) for name, texts in _lists(folder)]


def _lists(folder: Path) -> Iterator[tuple[str, Texts]]:
    for name, texts in _by(folder / "clinc150", _domains(folder / "clinc150")):
        yield f"clinc150 {name}", texts
    for _, texts in _by(folder / "hwu64", None):
        yield "hwu64 all", texts
    for name, texts in _by(folder / "hint3_v1", "bot"):
        yield f"hint3_v1 {name}", texts


def _domains(folder: Path) -> Mapping[str, str]:
    path = folder / "domains.json"
    domains = json.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return {intent: domain for domain, intents in domains.items() for intent in intents}


def _by(folder: Path, part: str | Mapping[str, str] | None) -> list[tuple[str, Texts]]:
    """The texts of each part: what a row says under that name, or where its label belongs."""
    path = folder / "open.jsonl"
    found: dict[str, dict[str, list[str]]] = {}
    for line in path.read_text(encoding="utf-8").splitlines() if path.is_file() else ():
        row = json.loads(line)
        name = "all" if part is None else row[part] if isinstance(part, str) else part.get(row["label"])
        if name:
            found.setdefault(name, {}).setdefault(row["label"], []).append(row["text"])
    return sorted(found.items())


def _split(name: str, texts: Texts) -> FaqSet:
    chance = np.random.default_rng(0)
    intents = chance.permutation(sorted(texts)).tolist()
    standing = int(len(intents) * STANDING)
    passages: list[str] = []
    asked: list[tuple[str, bool]] = []
    for place, intent in enumerate(intents):
        said = chance.permutation(sorted(set(texts[intent]))).tolist()
        if place < standing:
            kept = min(MOST_PASSAGES, max(1, len(said) * 2 // 3))
            passages += said[:kept]
            asked += [(text, True) for text in said[kept : kept + MOST_ASKED]]
        else:
            asked += [(text, False) for text in said[: MOST_ASKED * standing // (len(intents) - standing)]]
    return FaqSet(
        name=name,
        passages=tuple(
            Passage(id=f"d{place}", article_id=f"d{place}", version=1, title="", text=text)
            for place, text in enumerate(passages)
        ),
        queries=tuple(Query(f"q{place}", text, (), held) for place, (text, held) in enumerate(asked)),
        relevant={},
    )
