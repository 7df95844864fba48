"""How well the tripwire tells orders to a machine from look-alikes, on open data, and how it is fitted.

`--data DIR` is a folder with `injection/open.jsonl` (rows `text`, `label`, `family`, `source`) and
`airline/open.jsonl` (ordinary messages, `text`); without them there is nothing to measure. A third of the ordinary
messages is fitted on as weak negatives, the rest is measured on. Rows of the published benchmark NotInject are measured
on and never fitted on. A third of the families is held: what it says was scored with weights fitted on the rest. What a
text means is read by the head that `assistant train` fits, on the shipped examples alone.
`--fit` fits on all families and writes the weights into the package; the threshold comes from held-out folds.
"""

import argparse
import json
import sys
import tempfile
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from assistant.adapters.bge import Bge
from assistant.kb.pack import load_pack
from assistant.learning.tripwire import Line, Taught, fit, packed, scores, shipped_rows, taught_on
from assistant.scoring import tripwire
from assistant.scoring.folder import read
from assistant.scoring.heads import STATES, StatesHead
from assistant.scoring.text import clean
from assistant.workflows.train import train_states
from assistant.workflows.train_steps import Steps

FOLDS = 5
DRAWS = 1000
FALSE_ALARMS, LOOK_ALIKE_ALARMS, ORDINARY_ALARMS = 0.02, 0.045, 0.01
"""Shares that may be flagged at the threshold: of all benign rows, of NotInject's, and of ordinary messages."""
UNFITTED = "NotInject"
ORDINARY_WEIGHT = 0.1
Meanings = Mapping[str, float]


class Row(NamedTuple):
    """One row of the open set."""

    text: str
    attack: bool
    family: str
    fitted: bool


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args(arguments)
    files = [options.data / name / "open.jsonl" for name in ("injection", "airline")] if options.data else []
    if not files or not all(file.is_file() for file in files):
        print("benchmarks/tripwire.py: nothing to measure; name the folder of open data with --data DIR")
        return 0
    rows = [_row(json.loads(line)) for line in files[0].read_text(encoding="utf-8").splitlines()]
    ordinary = [json.loads(line)["text"] for line in files[1].read_text(encoding="utf-8").splitlines()]
    ordinary, unseen = ordinary[: len(ordinary) // 3], ordinary[len(ordinary) // 3 :]
    own = [*shipped_rows(), *(Taught(text, attack=False, weight=ORDINARY_WEIGHT) for text in ordinary)]
    held = [row for row in rows if _part(row) % 3 == 0]
    rest = [row for row in rows if _part(row) % 3]
    meant = _meanings([*(row.text for row in rows), *(each.text for each in own), *unseen])
    looked_at, limit = _folds(rest, own, meant)
    _report("families looked at, by folds", rest, looked_at, limit)
    line = fit(_taught(rest, own))
    _report("held families", held, _scores(line, [row.text for row in held], meant), limit)
    flags = _scores(line, unseen, meant) >= limit
    print(f"ordinary messages not fitted on: {flags.mean():.2%} of {len(flags)} flagged")
    if options.fit:
        said, limit = _folds(rows, own, meant)
        _report("all families, by folds", rows, said, limit)
        target = Path(tripwire.__file__).with_name("tripwire.npz")
        target.write_bytes(packed(fit(_taught(rows, own)), limit, examples=taught_on(shipped_rows())))
        print(f"wrote {target}, threshold {limit:.4f}")
    return 0


def _meanings(texts: Sequence[str]) -> Meanings:
    cleaned = {text: clean(text) for text in texts}
    wanted = list(dict.fromkeys(cleaned.values()))
    with tempfile.TemporaryDirectory() as scratch:
        embedder = Bge(Path(scratch))
        pack = load_pack(Path("knowledge"))
        train_states(pack, embedder=embedder, out=Path(scratch), steps=Steps(lambda steps, total: None))
        head = StatesHead(read(Path(scratch) / STATES, STATES))
        said = dict(zip(wanted, head.orders(wanted, embedder.embed(wanted)).tolist(), strict=True))
    return {text: said[short] for text, short in cleaned.items()}


def _scores(line: Line, texts: Sequence[str], meant: Meanings) -> NDArray[np.float64]:
    return scores(line, texts, [meant[text] for text in texts])


def _row(row: dict[str, object]) -> Row:
    return Row(str(row["text"]), row["label"] == 1, str(row["family"]), UNFITTED not in str(row["source"]))


def _part(row: Row) -> int:
    return zlib.crc32(row.family.encode())


def _taught(rows: Sequence[Row], own: Sequence[Taught]) -> list[Taught]:
    return [*own, *(Taught(row.text, row.attack) for row in rows if row.fitted)]


def _folds(rows: Sequence[Row], own: Sequence[Taught], meant: Meanings) -> tuple[NDArray[np.float64], float]:
    """Scores of each row from weights that never saw its family, and the threshold they ask for."""
    said = np.zeros(len(rows))
    ordinary: list[float] = []
    for fold in range(FOLDS):
        inside = np.array([_part(row) // 3 % FOLDS == fold for row in rows])
        kept = [each for place, each in enumerate(own) if place % FOLDS != fold]
        left = [each for place, each in enumerate(own) if place % FOLDS == fold and each.weight < 1]
        others = [row for row, here in zip(rows, inside, strict=True) if not here and row.fitted]
        line = fit([*kept, *(Taught(row.text, row.attack) for row in others)])
        said[inside] = _scores(line, [row.text for row, here in zip(rows, inside, strict=True) if here], meant)
        ordinary += _scores(line, [each.text for each in left], meant).tolist()
    benign = np.array([not row.attack for row in rows])
    strangers = np.array([not row.fitted for row in rows])
    limit = max(
        float(np.quantile(said[benign], 1 - FALSE_ALARMS)),
        float(np.quantile(said[strangers], 1 - LOOK_ALIKE_ALARMS)),
        float(np.quantile(ordinary, 1 - ORDINARY_ALARMS)),
    )
    return said, round(limit, 4)


def _report(name: str, rows: Sequence[Row], said: NDArray[np.float64], limit: float) -> None:
    attack = np.array([row.attack for row in rows])
    strangers = np.array([not row.fitted for row in rows])
    print(f"{name}: {attack.sum()} attacks, {(~attack).sum()} benign ({strangers.sum()} of {UNFITTED})")
    print(f"  AUROC {roc_auc_score(attack, said):.3f} {_interval(roc_auc_score, attack, said)}")
    print(f"  recall at 2 % false alarms {_recall(attack, said):.3f} {_interval(_recall, attack, said)}")
    flags = said >= limit
    print(f"  flag at {limit:.3f}: recall {flags[attack].mean():.1%}, false alarms {flags[~attack].mean():.1%}")
    print(f"  false alarms of {UNFITTED} {flags[strangers].mean():.1%}")


def _recall(attack: NDArray[np.bool_], said: NDArray[np.float64]) -> float:
    least = np.quantile(said[~attack], 1 - FALSE_ALARMS, method="higher")
    return float((said[attack] > least).mean())


def _interval(
    measure: Callable[[NDArray[np.bool_], NDArray[np.float64]], float],
    attack: NDArray[np.bool_],
    said: NDArray[np.float64],
) -> str:
    random, values = np.random.default_rng(7), []
    for _ in range(DRAWS):
        drawn = random.integers(0, len(said), len(said))
        if 0 < attack[drawn].sum() < len(drawn):
            values.append(measure(attack[drawn], said[drawn]))
    low, high = np.quantile(values, [0.025, 0.975])
    return f"[{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
