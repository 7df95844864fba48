"""How many decisions on the labelled mentions people would accept, and what was understood of them.

`sample` was looked at while the product was made; `second` was written later, by somebody who had seen neither the
examples nor the rules. Every slice counts as certified. Needs an index and fitted heads in ASSISTANT_DATA_DIR
(`make run ARGS=--no-serve` makes them).
"""

import argparse
import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from assistant.compose import load_brand
from assistant.compose.rehearsal import rehearse
from assistant.desk.intake import parse_mention
from assistant.domain.brand import NO_REPLY_STANCES
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.evals.run import RespondWith
from assistant.evals.statistics import wilson
from assistant.settings import read_settings

SETS = ("sample", "second")
BATCH = 64


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
    for judgement in ("sentiment", "urgency", "stance"):
        _share(judgement, [getattr(meant, judgement) == label[judgement] for meant, label in read])
    silent = Counter((meant.stance in NO_REPLY_STANCES, label["stance"] in NO_REPLY_STANCES) for meant, label in read)
    print(f"wants no answer: {silent[True, True]} found, {silent[False, True]} missed, {silent[True, False]} too many")
    _share("right article in the draft", [_cites(turn, label) for turn, label in pairs if label.get("articles")])


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
