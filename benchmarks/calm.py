"""Calm sentences around a message, since a grave one is drowned in them when it is read as a whole."""

import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

VALIDATION = Path("knowledge/validation.jsonl")
_FEWEST, _MOST = 8, 22
"""Words of a calm sentence."""


def calm_questions() -> list[str]:
    """Questions to the shipped brand that no intent is trained on; a few of them are grave in themselves."""
    rows = map(json.loads, VALIDATION.read_text(encoding="utf-8").splitlines())
    return [row["text"] for row in rows if row["label"] != "oos" and _FEWEST <= len(row["text"].split()) <= _MOST]


def among(text: str, calm: Sequence[str], words: int, draw: np.random.Generator) -> str:
    """The text at a random place among at least so many words of calm sentences."""
    parts: list[str] = []
    while sum(len(part.split()) for part in parts) < words:
        parts.append(calm[int(draw.integers(len(calm)))])
    parts.insert(int(draw.integers(len(parts) + 1)), text)
    return " ".join(part if part.rstrip().endswith((".", "!", "?", "…")) else f"{part}." for part in parts)
