"""How many decisions on the labelled mentions people would accept, and what was understood of them.

`sample` was looked at while the product was made; `second` was written later, by somebody who had seen neither the
examples nor the rules. Every slice counts as certified. Beside the calibration error of each confidence stands what a
true one would show on so few mentions. Needs an index and fitted heads in ASSISTANT_DATA_DIR (`make run
ARGS=--no-serve` makes them).
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from by_chance import error_of_a_true
from numpy.typing import NDArray

from assistant.compose import load_brand
from assistant.compose.rehearsal import rehearse
from assistant.desk.intake import parse_mention
from assistant.domain.brand import NO_REPLY_STANCES
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.evals.run import RespondWith
from assistant.evals.statistics import wilson
from assistant.learning.card import calibration_error, reliability
from assistant.settings import read_settings

SETS = ("sample", "second")
BATCH = 64
DRAWS = 1000
JUDGEMENTS = ("sentiment", "urgency", "stance")


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    settings = read_settings()
    pack, rehearsal = load_brand(settings, None), rehearse(settings)
    for name in SETS:
        rows = _rows(settings.knowledge / "mentions" / f"{name}.jsonl")
        labels = {row["id"]: row for row in _rows(settings.knowledge / "mentions" / f"{name}.labels.jsonl")}
        mentions = [parse_mention(row, pack=pack, position=row["id"]) for row in rows]
        turns: list[Turn] = []
        for start in range(0, len(mentions), BATCH):
            turns += asyncio.run(_answered(rehearsal.respond, mentions[start : start + BATCH]))
        _report(name, turns, [labels[row["id"]] for row in rows])


async def _answered(respond: RespondWith, mentions: Sequence[Mention]) -> Sequence[Turn]:
    return await respond(mentions, evidence={})


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def _report(name: str, turns: Sequence[Turn], labels: Sequence[dict[str, Any]]) -> None:
    print(f"== {name}: {len(turns)} mentions")
    pairs = list(zip(turns, labels, strict=True))
    _share("decisions that people accept", [turn.route.decision in label["decision"] for turn, label in pairs])
    for decision in ("AUTO_REPLY", "REVIEW", "HANDOFF", "NO_REPLY"):
        made = [decision in label["decision"] for turn, label in pairs if turn.route.decision == decision]
        _share(f"  {decision} accepted", made)
    read = [(turn.understanding, label) for turn, label in pairs if turn.understanding is not None]
    _share("intents of what is in scope", [meant.intent == it["intent"] for meant, it in read if it["intent"] != "oos"])
    for judgement in JUDGEMENTS:
        _share(judgement, [getattr(meant, judgement) == label[judgement] for meant, label in read])
    silent = Counter((meant.stance in NO_REPLY_STANCES, label["stance"] in NO_REPLY_STANCES) for meant, label in read)
    print(f"wants no answer: {silent[True, True]} found, {silent[False, True]} missed, {silent[True, False]} too many")
    _share("right article in the draft", [_cites(turn, label) for turn, label in pairs if label.get("articles")])
    for said in _said([(meant, label) for meant, label in read if meant.confidence]):
        _calibrated(said)


class Said(NamedTuple):
    """A confidence and whether what it was said of was right, mention by mention."""

    what: str
    confidence: NDArray[np.float32]
    right: NDArray[np.bool_]


def _said(read: Sequence[tuple[Understanding, dict[str, Any]]]) -> list[Said]:
    """Of mentions with words."""
    inside = [(meant, label) for meant, label in read if label["intent"] != "oos"]
    rows: dict[str, list[tuple[float, bool]]] = {
        "intent of what is in scope": [(it.intent_confidence, it.intent == label["intent"]) for it, label in inside],
        "in scope": [(meant.in_scope_confidence, label["intent"] != "oos") for meant, label in read],
        "respond": [(meant.confidence["respond"], meant.respond is _wants_answer(label)) for meant, label in read],
    }
    for judgement in JUDGEMENTS:
        rows[judgement] = [(it.confidence[judgement], getattr(it, judgement) == label[judgement]) for it, label in read]
    return [
        Said(what, np.array([said for said, _ in each], np.float32), np.array([right for _, right in each]))
        for what, each in rows.items()
    ]


def _wants_answer(label: dict[str, Any]) -> bool:
    return bool(label["sensitivity"]) or label["stance"] not in NO_REPLY_STANCES


def _calibrated(said: Said) -> None:
    chance, n = np.random.default_rng(7), len(said.right)
    drawn = [chance.integers(0, n, n) for _ in range(DRAWS)]
    low, high = np.quantile([_error(said.confidence[rows], said.right[rows]) for rows in drawn], (0.025, 0.975))
    true = error_of_a_true(said.confidence)
    print(
        f"confidence, {said.what}: n {n}, says {said.confidence.mean():.1%}, is right in {said.right.mean():.1%}; "
        f"error {_error(said.confidence, said.right):.3f} ({low:.3f} to {high:.3f}), a true one would show {true:.3f}"
    )
    table = reliability(said.confidence, said.right)
    print("  " + " ".join(f"{part.confidence:.2f}:{part.right:.2f}({part.n})" for part in table))


def _error(confidence: NDArray[np.float32], right: NDArray[np.bool_]) -> float:
    return calibration_error(confidence, right) or 0.0


def _cites(turn: Turn, label: dict[str, Any]) -> bool:
    return turn.draft is not None and not set(turn.draft.article_ids).isdisjoint(label["articles"])


def _share(what: str, right: Sequence[bool]) -> None:
    if right:
        share = wilson(sum(right), len(right))
        print(
            f"{what}: {sum(right)} of {len(right)}, {sum(right) / len(right):.1%} ({share.low:.1%} to {share.high:.1%})"
        )


if __name__ == "__main__":
    main()
