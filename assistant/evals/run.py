"""Runs the cases of suites through the pipeline, again and again where asked, keeping what was computed before."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from time import perf_counter
from typing import Protocol

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.evals.bench import Bench, hear
from assistant.evals.case import Case, Suite, evidence_of, mention_of
from assistant.evals.judge import Opinion
from assistant.evals.results import Manifest, Run, ScoreRow, StoredTurn, append_turns, read_turns
from assistant.evals.score import Context
from assistant.evals.scorers import score
from assistant.evals.scorers_care import automatic_reply
from assistant.ports import Clock

_UNHEARD: Mapping[str, Opinion] = {}
BATCH = 64
"""Cases that share one embedding call, and at most what an interruption loses."""


class RespondWith(Protocol):
    """The pipeline, with evidence given by mention id in place of what retrieval would find."""

    async def __call__(
        self, mentions: Sequence[Mention], *, evidence: Mapping[str, Evidence] | None = None
    ) -> Sequence[Turn]:
        """One turn per mention, in order; a mention whose id `evidence` doesn't hold is searched for as usual."""
        ...


@dataclass(frozen=True)
class Asked:
    """One case of a suite in one epoch, with the hash of everything its turn depends on.

    `routed` is False where the turn only carries a stored text that nobody decided about.
    """

    suite: str
    case: Case
    epoch: int
    key: str
    routed: bool = True


async def run_suites(
    suites: Sequence[Suite],
    respond: RespondWith,
    *,
    pack: Pack,
    versions: Mapping[str, str],
    clock: Clock,
    repeats: int = 1,
    folder: Path | None = None,
    bench: Bench | None = None,
    progress: Callable[[int], None] = lambda steps: None,
) -> Run:
    """Answer and score every case `repeats` times.

    `versions` names by content hash all that turns depend on. Turns that `folder` holds for the same case content,
    versions and epoch are taken from there, but for those a fallback had to write; new ones are kept there as they
    come. Scores are always computed afresh.
    `bench` is asked where cases name a judge.
    """
    started_at, started = clock(), perf_counter()
    asked = _asked(suites, repeats, versions)
    kept = {key: turn for key, turn in read_turns(folder).items() if not turn.turn.fell_back} if folder else {}
    reused = len({(item.key, item.epoch) for item in asked} & kept.keys())
    progress(reused)
    for batch in _batches([item for item in asked if (item.key, item.epoch) not in kept]):
        answered = await _answer(batch, respond, pack=pack)
        kept.update({(turn.key, turn.epoch): turn for turn in answered})
        if folder:
            append_turns(folder, answered)
        progress(len(batch))
    turns = tuple(kept[item.key, item.epoch] for item in asked)
    cases = [(item.case, turn) for item, turn in zip(asked, turns, strict=True)]
    opinions = await hear(cases, bench, folder=folder) if bench else ()
    manifest = Manifest(
        started_at=started_at,
        seconds=round(perf_counter() - started, 3),
        repeats=repeats,
        suites=tuple(suite.name for suite in suites),
        cases=sum(len(suite.cases) for suite in suites),
        reused=reused,
        fell_back=sum(stored.turn.fell_back for stored in turns),
        tokens=_tokens(turns, opinions),
        versions=versions,
    )
    return Run(manifest=manifest, scores=score_turns(asked, turns, pack=pack, opinions=opinions), turns=turns)


def _tokens(turns: Sequence[StoredTurn], opinions: Sequence[Mapping[str, Opinion]]) -> int:
    """Those of drafts and those of judges."""
    judged = sum(opinion.tokens for heard in opinions for opinion in heard.values())
    return judged + sum(tokens_of(stored.turn) for stored in turns)


def _asked(suites: Sequence[Suite], repeats: int, versions: Mapping[str, str]) -> list[Asked]:
    return [
        Asked(suite.name, case, epoch, content_key(suite.name, case, versions))
        for epoch in range(repeats)
        for suite in suites
        for case in suite.cases
    ]


def content_key(suite: str, case: Case, versions: Mapping[str, str]) -> str:
    """A hash of what a turn depends on; assertions aren't part of it, so a changed one only scores again."""
    content = [suite, case.id, case.vars.model_dump(mode="json"), dict(sorted(versions.items()))]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def _batches(asked: Sequence[Asked]) -> Iterator[Sequence[Asked]]:
    """Batches within one epoch: a mention's id stands once in each."""
    for epoch in sorted({item.epoch for item in asked}):
        of_epoch = [item for item in asked if item.epoch == epoch]
        for at in range(0, len(of_epoch), BATCH):
            yield of_epoch[at : at + BATCH]


async def _answer(batch: Sequence[Asked], respond: RespondWith, *, pack: Pack) -> list[StoredTurn]:
    mentions = [mention_of(item.case, suite=item.suite, pack=pack) for item in batch]
    evidence = {
        mention.id: given
        for mention, item in zip(mentions, batch, strict=True)
        if (given := evidence_of(item.case, pack=pack)) is not None
    }
    turns = await respond(mentions, evidence=evidence)
    return [
        StoredTurn(key=item.key, epoch=item.epoch, suite=item.suite, case_id=item.case.id, turn=turn)
        for item, turn in zip(batch, turns, strict=True)
    ]


def score_turns(
    asked: Sequence[Asked],
    turns: Sequence[StoredTurn],
    *,
    pack: Pack | None,
    opinions: Sequence[Mapping[str, Opinion]] = (),
) -> tuple[ScoreRow, ...]:
    """Every assertion of every case on its turn, in order."""
    replies: dict[tuple[str, str, int], list[str]] = {}
    clusters: dict[tuple[str, str, int], list[StoredTurn]] = {}
    for item, stored in zip(asked, turns, strict=True):
        cluster = (item.suite, item.case.cluster, item.epoch)
        clusters.setdefault(cluster, []).append(stored)
        if (reply := automatic_reply(stored.turn)) is not None:
            replies.setdefault(cluster, []).append(reply)
    rows: list[ScoreRow] = []
    for item, stored, heard in zip(asked, turns, opinions or repeat(_UNHEARD, len(asked)), strict=True):
        cluster = (item.suite, item.case.cluster, item.epoch)
        context = Context(
            case=item.case,
            pack=pack,
            replies=tuple(replies.get(cluster, ())),
            others=tuple(other.turn for other in clusters[cluster] if other is not stored),
            routed=item.routed,
            opinions=heard,
        )
        rows += _rows(item, stored.turn, context)
    return tuple(rows)


def _rows(item: Asked, turn: Turn, context: Context) -> Iterator[ScoreRow]:
    case, ms, tokens = item.case, round(sum(turn.ms.values()), 3), tokens_of(turn)
    for index, (assertion, given) in enumerate(
        zip(case.assertions, score(turn, case.assertions, context), strict=True)
    ):
        yield ScoreRow(
            suite=item.suite,
            case_id=case.id,
            epoch=item.epoch,
            index=index,
            assertion=assertion.type,
            metric=assertion.name,
            value=given.value,
            **{"pass": given.passed},
            reason=given.reason,
            cluster=case.cluster,
            slice=case.metadata.slice,
            severity=case.metadata.severity,
            ms=ms,
            tokens=tokens,
        )


def tokens_of(turn: Turn) -> int:
    """Model tokens, in and out."""
    return sum(turn.tokens.values())
