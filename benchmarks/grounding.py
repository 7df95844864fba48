"""How well the gate tells supported replies from others, on open data: held numbers with bootstrap intervals.

`--data DIR` is a folder with `grounded_begin/open.jsonl` and `grounded_policyfacts/open.jsonl`; without it there is
nothing to measure. `--fit` fits the score on the fitted part first and writes it into the package.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.metrics import roc_auc_score

from assistant.guardrails import grounding_weights
from assistant.guardrails.grounding import score
from assistant.guardrails.support import holds, measure_reply, statements
from assistant.learning.grounding import Pair, as_module, fit_grounding, is_held, read_begin, read_policy

DRAWS = 1000
SOURCE_WEIGHTS = {"begin": 1.0, "policy": 0.5}


class Scored(NamedTuple):
    """A pair with the gate's score and verdict."""

    pair: Pair
    score: float
    holds: bool


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args(arguments)
    files = (
        [options.data / name / "open.jsonl" for name in ("grounded_begin", "grounded_policyfacts")]
        if options.data
        else []
    )
    if not files or not all(file.is_file() for file in files):
        print("benchmarks/grounding.py: nothing to measure; name the folder of open data with --data DIR")
        return 0
    pairs = (*read_begin(files[0]), *read_policy(files[1]))
    if options.fit:
        fitted_on = [pair for pair in pairs if not is_held(pair.group)]
        fitted = fit_grounding(fitted_on, source_weights=SOURCE_WEIGHTS, threshold_on="policy")
        source = f"{len(fitted_on)} pairs of BEGIN (google/BEGIN-dataset) and of tau2-bench policy articles, open parts"
        Path(grounding_weights.__file__).write_text(as_module(fitted, source=source), encoding="utf-8")
        print("fitted; run again without --fit to measure")
        return 0
    held = [_scored(pair) for pair in pairs if is_held(pair.group)]
    _report(
        [each for each in held if each.pair.source == "begin"], [each for each in held if each.pair.source == "policy"]
    )
    return 0


def _scored(pair: Pair) -> Scored:
    measured = measure_reply(pair.reply, pair.passages)
    return Scored(pair, score(statements(measured)), holds(measured))


def _report(begin: Sequence[Scored], policy: Sequence[Scored]) -> None:
    _line("BEGIN AUROC", begin, _auroc)
    _line("policy pairs AUROC", policy, _auroc)
    _line("policy pairs false blocks", [each for each in policy if each.pair.supported], _blocked)
    _line("policy pairs planted errors caught", [each for each in policy if not each.pair.supported], _blocked)
    for planted in sorted({each.pair.planted for each in policy} - {""}):
        _line(f"  {planted}", [each for each in policy if each.pair.planted == planted], _blocked)


def _auroc(rows: Sequence[Scored]) -> float:
    return float(roc_auc_score([row.pair.supported for row in rows], [row.score for row in rows]))


def _blocked(rows: Sequence[Scored]) -> float:
    return sum(not row.holds for row in rows) / len(rows)


def _line(name: str, rows: Sequence[Scored], measure: Callable[[Sequence[Scored]], float]) -> None:
    low, high = _interval(rows, measure)
    print(f"{name:38} {measure(rows):.3f}  [{low:.3f}, {high:.3f}]  n = {len(rows)}")


def _interval(rows: Sequence[Scored], measure: Callable[[Sequence[Scored]], float]) -> tuple[float, float]:
    """95 % cluster bootstrap: documents are drawn, not rows."""
    groups: dict[str, list[Scored]] = defaultdict(list)
    for row in rows:
        groups[row.pair.group].append(row)
    clusters = list(groups.values())
    random = np.random.default_rng(7)
    values: list[float] = []
    for _ in range(DRAWS):
        drawn = [row for place in random.integers(0, len(clusters), len(clusters)) for row in clusters[place]]
        if measure is not _auroc or len({row.pair.supported for row in drawn}) > 1:
            values.append(measure(drawn))
    low, high = np.quantile(values, [0.025, 0.975])
    return float(low), float(high)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
