"""How well the vetoes find what must reach a person, on messages that nothing was fitted on or chosen by.

    python benchmarks/vetoes.py [--file FILE.jsonl ...] [--knowledge DIR] [--among 60]

Rows hold `text`, `category` and `label` (1 is of the category, 0 only looks like it). The shipped ones, in
`evals/vetoes`, were written before their writers had seen an example or a rule, and are for measuring alone: read no
failure of theirs to mend it. `--among` puts each between so many words of ordinary questions on which nothing fires.
"""

import argparse
import json
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from calm import among, calm_questions

from assistant.adapters.bge import Bge
from assistant.domain.understanding import FiredSensitivity, Piece
from assistant.domain.vocabulary import Sensitivity
from assistant.kb.pack import load_pack
from assistant.learning.statistics import wilson
from assistant.scoring.folder import read
from assistant.scoring.heads import STATES, StatesHead
from assistant.scoring.pieces import is_long, pieces_of
from assistant.scoring.text import clean, clean_lines
from assistant.workflows.train import train_states
from assistant.workflows.train_steps import Steps

ALSO = {Sensitivity.SELF_HARM: Sensitivity.SAFETY_INJURY}
"""Threats to others' lives stand among self-harm in the file; either veto stops them."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--file", type=Path, nargs="+", default=sorted(Path("evals/vetoes").glob("*.jsonl")))
    asked.add_argument("--knowledge", type=Path, default=Path("knowledge"))
    asked.add_argument("--among", type=int, default=0, help="words of ordinary questions around each message")
    asked.add_argument("--data", type=Path, help="taken and not needed, as `make bench` gives it to each")
    options = asked.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        embedder = Bge(Path(scratch))
        train_states(
            load_pack(options.knowledge), embedder=embedder, out=Path(scratch), steps=Steps(lambda steps, total: None)
        )
        head = StatesHead(read(Path(scratch) / STATES, STATES))
        questions = calm_questions()
        calm = [text for text, fired in zip(questions, _fired(questions, head, embedder), strict=True) if not fired]
        for file in options.file:
            rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
            draw = np.random.default_rng(7)
            texts = [among(row["text"], calm, options.among, draw) if options.among else row["text"] for row in rows]
            found = _fired(texts, head, embedder)
            print(f"{file.name}:")
            for name in (*(category.value for category in Sensitivity), "all"):
                of_it = [pair for pair in zip(rows, found, strict=True) if name in {pair[0]["category"], "all"}]
                _told(name, of_it)


def _fired(texts: Sequence[str], head: StatesHead, embedder: Bge) -> list[list[FiredSensitivity]]:
    """What fires on each text or, where it is long, on a piece of it."""
    cleaned = [clean(text) for text in texts]
    found = [list(fired) for fired in head.read(cleaned, head.tfidf.transform(cleaned), embedder.embed(cleaned)).fired]
    parts = [
        (row, Piece(part))
        for row, text in enumerate(texts)
        if is_long(cleaned[row])
        for part in pieces_of(clean_lines(text))
    ]
    alone = [piece.text for _, piece in parts]
    vetoes = head.vetoes([piece for _, piece in parts], head.tfidf.transform(alone), embedder.embed(alone))
    for (row, _), fired in zip(parts, vetoes, strict=True):
        found[row] += fired
    return found


def _told(name: str, pairs: Sequence[tuple[dict[str, Any], Sequence[FiredSensitivity]]]) -> None:
    parts = []
    for label, what in ((1, "found"), (0, "look-alikes that fire")):
        of_label = [(Sensitivity(row["category"]), fired) for row, fired in pairs if row["label"] == label]
        own = [[each for each in fired if each.category in {it, ALSO.get(it, it)}] for it, fired in of_label]
        right = wilson(sum(map(bool, own)), len(own))
        if right is not None:
            certain = sum(any(each.certain for each in fired) for fired in own)
            any_ = sum(bool(fired) for _, fired in of_label)
            parts.append(
                f"{what} {round(right.value * right.n)} of {right.n}, {right.value:.1%} "
                f"({right.low:.1%} to {right.high:.1%}), {certain} for certain, by any category {any_}"
            )
    if parts:
        print(f"  {name}: {'; '.join(parts)}")


if __name__ == "__main__":
    main()
