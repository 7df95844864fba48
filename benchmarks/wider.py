"""How often a reply that says more than its source is told, and how often a faithful one is: pairs in four languages.

`wider.jsonl` holds them: a source sentence, and a reply that leaves its limit out (`wide`), keeps it in other words
(`kept`) or leaves out what limits nothing (`shortened`). They were written before the word lists were read, and no list
was made from them.
"""

import json
from collections import Counter
from pathlib import Path

from assistant.evals.statistics import wilson
from assistant.guardrails.support import holds, measure_reply

PAIRS = Path(__file__).with_name("wider.jsonl")


def main() -> None:
    told: Counter[tuple[str, str]] = Counter()
    asked: Counter[tuple[str, str]] = Counter()
    for line in PAIRS.read_text(encoding="utf-8").splitlines():
        pair = json.loads(line)
        held_back = not holds(measure_reply(pair["reply"], pair["passages"]))
        for language in (pair["language"], "all"):
            asked[language, pair["kind"]] += 1
            told[language, pair["kind"]] += held_back
    for (language, kind), n in asked.items():
        share = wilson(told[language, kind], n)
        print(f"{language:4}{kind:10} held back {told[language, kind]:3} of {n:3}  [{share.low:.3f}, {share.high:.3f}]")


if __name__ == "__main__":
    main()
