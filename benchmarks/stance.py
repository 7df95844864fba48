"""Whether an answer is wanted, on messages that nothing was fitted on or chosen by: precision and recall.

    python benchmarks/stance.py [--file evals/stance/blind.jsonl]

Rows hold `text`, `stance` and `respond`. The shipped ones were written before their writer had seen an example of a
stance, and are for measuring alone: read no failure of theirs to mend it. "Verdict" is `respond` of the understanding;
"silent" is the decision `NO_REPLY` in public, which wants more witnesses. Needs an index and fitted heads in
ASSISTANT_DATA_DIR.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.compose import load_brand
from assistant.compose.rehearsal import rehearse
from assistant.desk.intake import parse_mention
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.vocabulary import Decision
from assistant.evals.run import RespondWith
from assistant.learning.statistics import wilson
from assistant.settings import read_settings

CHANNEL = "x"


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--file", type=Path, default=Path("evals/stance/blind.jsonl"))
    asked.add_argument("--data", type=Path, help="taken and not needed, as `make bench` gives it to each")
    options = asked.parse_args()
    rows: list[dict[str, Any]] = [json.loads(line) for line in options.file.read_text(encoding="utf-8").splitlines()]
    settings = read_settings()
    pack, rehearsal = load_brand(settings, None), rehearse(settings)
    mentions = [parse_mention(row | {"channel": CHANNEL}, pack=pack, position=row["id"]) for row in rows]
    turns = asyncio.run(_answered(rehearsal.respond, mentions))
    wanted = [bool(row["respond"]) for row in rows]
    verdict = [turn.understanding is None or turn.understanding.respond for turn in turns]
    heard = [turn.route.decision is not Decision.NO_REPLY for turn in turns]
    for name, said in (("verdict", verdict), ("silent", heard)):
        pairs = list(zip(said, wanted, strict=True))
        _told(f"{name}: respond, recall", [of for of, it in pairs if it])
        _told(f"{name}: respond, precision", [it for of, it in pairs if of])
        _told(f"{name}: don't respond, recall", [not of for of, it in pairs if not it])
        _told(f"{name}: don't respond, precision", [not it for of, it in pairs if not of])
    stances = [
        turn.understanding is not None and turn.understanding.stance == row["stance"]
        for turn, row in zip(turns, rows, strict=True)
    ]
    _told("stance", stances)


async def _answered(respond: RespondWith, mentions: Sequence[Mention]) -> Sequence[Turn]:
    return await respond(mentions, evidence={})


def _told(what: str, right: Sequence[bool]) -> None:
    share = wilson(sum(right), len(right))
    if share is not None:
        print(f"{what}: {sum(right)} of {len(right)}, {share.value:.1%} ({share.low:.1%} to {share.high:.1%})")


if __name__ == "__main__":
    main()
