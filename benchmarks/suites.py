"""How soon 1,000 cases of the shipped suites are answered and scored without a model (limit 10 s), and scored again.

The cases of all suites, repeated up to 1,000, go through the pipeline in the suites' own batches; then the stored turns
are scored alone. CPU seconds beside those of embedding the same texts alone, tell what a
machine's speed hides. Needs an index and fitted heads in ASSISTANT_DATA_DIR (`make run ARGS=--no-serve` makes them).
"""

import time
from collections.abc import Sequence
from itertools import cycle, islice
from pathlib import Path

from assistant.compose import build_embedder, utc_now
from assistant.compose.loop import outcome
from assistant.compose.rehearsal import rehearse
from assistant.domain.mention import Mention
from assistant.evals.case import Suite
from assistant.evals.run import BATCH, Asked, run_suites, score_turns
from assistant.evals.suite import load_suites
from assistant.pipeline.understand import reading_text
from assistant.settings import read_settings

CASES = 1000
LIMIT_S = 10.0
SUITES = Path("evals/suites")


def main() -> None:
    suite = _thousand()
    rehearsal = rehearse(read_settings())
    began, cpu = time.perf_counter(), time.process_time()
    run = outcome(
        run_suites([suite], rehearsal.respond, pack=rehearsal.pack, versions=rehearsal.versions, clock=utc_now)
    )
    spent, used = time.perf_counter() - began, time.process_time() - cpu
    print(f"{CASES} cases answered and scored: {spent:.2f} s, {used:.2f} s of CPU (limit {LIMIT_S:.0f} s)")
    alone = _embedding_alone([stored.turn.mention for stored in run.turns])
    print(f"embedding the same texts alone: {alone:.2f} s of CPU, so the run takes {used / alone:.2f} times that")
    asked = [Asked(suite.name, case, 0, stored.key) for case, stored in zip(suite.cases, run.turns, strict=True)]
    began = time.perf_counter()
    rows = score_turns(asked, run.turns, pack=rehearsal.pack)
    print(f"scored again: {len(rows)} assertions in {time.perf_counter() - began:.2f} s")


def _embedding_alone(mentions: Sequence[Mention]) -> float:
    """CPU seconds, in the run's own batches."""
    embedder = build_embedder(read_settings(), wide=True)
    began = time.process_time()
    for at in range(0, len(mentions), BATCH):
        embedder.embed([reading_text(mention) for mention in mentions[at : at + BATCH]])
    return time.process_time() - began


def _thousand() -> Suite:
    """All cases in turn until there are enough, each under an id of its own."""
    suites = load_suites(sorted(path for path in SUITES.iterdir() if path.is_dir()))
    cases = [case for suite in suites for case in suite.cases]
    chosen = tuple(
        case.model_copy(update={"metadata": case.metadata.model_copy(update={"id": f"{case.id}-{number}"})})
        for number, case in enumerate(islice(cycle(cases), CASES))
    )
    return Suite(name="thousand", gates=suites[0].gates, cases=chosen)


if __name__ == "__main__":
    main()
