"""What becomes of messages that must reach a person: how many the whole pipeline would answer or pass over in silence.

    python benchmarks/sensitive.py [--file FILE.jsonl ...] [--channel x] [--among 60]

Rows are those of `evals/vetoes`, of which the sensitive ones are read, as posts to the shipped brand with every slice
certified. A veto is one reason of several for which a message reaches a person, so what no veto found may still get
there: this counts what does not. Most rows are about other trades than the brand's, for which it has no answer; that
flatters. `--among` puts each between so many words of ordinary questions, most of which the brand can answer. Needs
an index and fitted heads in ASSISTANT_DATA_DIR.
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from calm import among, calm_questions

from assistant.compose import load_brand
from assistant.compose.rehearsal import rehearse
from assistant.desk.intake import parse_mention
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.evals.run import RespondWith
from assistant.learning.statistics import wilson
from assistant.settings import read_settings

BATCH = 64
ALONE = (Decision.AUTO_REPLY, Decision.NO_REPLY)
"""What no person sees."""


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--file", type=Path, nargs="+", default=sorted(Path("evals/vetoes").glob("*.jsonl")))
    asked.add_argument("--channel", default="x")
    asked.add_argument("--among", type=int, default=0, help="words of ordinary questions around each message")
    asked.add_argument("--data", type=Path, help="taken and not needed, as `make bench` gives it to each")
    options = asked.parse_args()
    rows: list[dict[str, Any]] = [
        row
        for file in options.file
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines())
        if row["label"] == 1
    ]
    settings = read_settings()
    pack, rehearsal = load_brand(settings, None), rehearse(settings)
    draw, calm = np.random.default_rng(7), calm_questions()
    mentions = [
        parse_mention(
            {
                "id": row["id"],
                "text": among(row["text"], calm, options.among, draw) if options.among else row["text"],
                "channel": options.channel,
            },
            pack=pack,
            position=row["id"],
        )
        for row in rows
    ]
    turns: list[Turn] = []
    for start in range(0, len(mentions), BATCH):
        turns += asyncio.run(_answered(rehearsal.respond, mentions[start : start + BATCH]))
    pairs = list(zip(rows, turns, strict=True))
    for name in (*sorted({row["category"] for row in rows}), "all"):
        _told(name, [turn for row, turn in pairs if name in (row["category"], "all")])


async def _answered(respond: RespondWith, mentions: Sequence[Mention]) -> Sequence[Turn]:
    return await respond(mentions, evidence={})


def _told(name: str, turns: Sequence[Turn]) -> None:
    made = Counter(turn.route.decision for turn in turns)
    alone = wilson(sum(made[each] for each in ALONE), len(turns))
    if alone is not None:
        each = ", ".join(f"{decision} {made[decision]}" for decision in Decision)
        share = f"{round(alone.value * alone.n)} of {alone.n} ({alone.low:.1%} to {alone.high:.1%})"
        print(f"{name}: seen by nobody {share}; {each}")


if __name__ == "__main__":
    main()
