"""Mentions on their way through the stages, and what becomes of those that a stage can't take."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from traceback import extract_tb
from types import MappingProxyType
from typing import NamedTuple, TypeVar, TypeVarTuple, Unpack

import anyio.to_thread
import numpy as np
import structlog
from numpy.typing import NDArray

from assistant.domain.draft import Draft
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Evidence, EvidenceRef, Hit, Passage
from assistant.domain.mention import Mention
from assistant.domain.routing import Route
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Reason, Severity, Visibility
from assistant.errors import Infrastructure, ModelUnavailable
from assistant.guardrails import privacy
from assistant.ports import Drafted, Vectors
from assistant.scoring.pieces import Part

Given = TypeVarTuple("Given")
Done = TypeVar("Done")

NOTHING_FOUND = Evidence()
UNMASKED = "[not shown: personal data could not be masked]"

log = structlog.get_logger()


_NO_TOKENS: Mapping[str, int] = MappingProxyType({})


class Journey(NamedTuple):
    """One mention on its way. A `failure` ends it: later stages leave it alone. `given` stands in for retrieval.

    `away`: what failed may be back soon.

    A tuple, since every stage makes a new one of every mention.
    """

    mention: Mention
    given: Evidence | None = None
    exposed: bool = False
    vector: NDArray[np.float32] | None = None
    parts: tuple[Part, ...] = ()
    understanding: Understanding | None = None
    evidence: Evidence = NOTHING_FOUND
    passages: tuple[Passage, ...] = ()
    draft: Draft | None = None
    near: float | None = None
    findings: tuple[Finding, ...] = ()
    tokens: Mapping[str, int] = _NO_TOKENS
    route: Route | None = None
    failure: Finding | None = None
    away: Reason | None = None

    def noted(self, drafted: Drafted) -> tuple[Finding, ...]:
        """Its findings with what the drafter said of its work; where another had to do it, under a name of its own."""
        name = FELL_BACK if drafted.fell_back else "drafter"
        return (*self.findings, _note(name, drafted.why)) if drafted.why else self.findings

    @property
    def failed(self) -> Reason | None:
        """Why a person must take over where a stage failed."""
        if self.failure is None:
            return None
        return self.away or Reason.STAGE_FAILED

    @property
    def meaning(self) -> Understanding:
        """What stages after understanding rely on."""
        if self.understanding is None:
            raise RuntimeError("not understood yet")
        return self.understanding


@dataclass(frozen=True)
class Batch:
    """Journeys that go together; `ms` is the time of each stage so far, shared evenly over them."""

    journeys: Sequence[Journey]
    ms: Mapping[str, float] = field(default_factory=dict)


Stage = Callable[[Sequence[Journey]], Sequence[Journey]]


def isolated(name: str, stage: Stage, journeys: Sequence[Journey]) -> Sequence[Journey]:
    """The stage over all at once, or, where that fails, over each alone."""
    if not journeys:
        return ()
    try:
        return stage(journeys)
    except Exception as failure:  # whatever breaks, no mention may be lost
        if len(journeys) == 1 or isinstance(failure, (Infrastructure, ModelUnavailable)):
            return all_failed(name, failure, journeys)
    return [done for journey in journeys for done in isolated(name, stage, [journey])]


def all_failed(name: str, failure: Exception, journeys: Sequence[Journey]) -> list[Journey]:
    """The journeys ended here. Logged without the error's own words, which may quote a customer, unless they tell the
    operator what to mend.
    """
    remedy = {"problem": str(failure)} if isinstance(failure, (Infrastructure, ModelUnavailable)) else {}
    where = extract_tb(failure.__traceback__)[-1]
    log.error(
        "stage_failed",
        stage=name,
        error=type(failure).__name__,
        where=f"{where.filename}:{where.lineno}",
        mention_ids=[journey.mention.id for journey in journeys[:8]],
        mentions=len(journeys),
        **remedy,
    )
    found = Finding(guardrail="pipeline", severity=Severity.BLOCK, message=f"{name} failed: {type(failure).__name__}")
    return [_ended(journey, name, found)._replace(away=_away(name, failure)) for journey in journeys]


def _away(name: str, failure: Exception) -> Reason | None:
    """Before drafting, of models only the embedder's absence comes through: second readers do without theirs."""
    if isinstance(failure, ModelUnavailable) and name != "draft":
        return Reason.EMBEDDER_AWAY
    return Reason.INDEX_AWAY if name == "retrieve" and isinstance(failure, Infrastructure) else None


def _ended(journey: Journey, name: str, found: Finding) -> Journey:
    """Without a draft nobody checked; without a text nobody masked."""
    mention = journey.mention
    if name == "mask":
        mention = mention.model_copy(update={"text": UNMASKED, "thread": ()})
    return journey._replace(mention=mention, failure=found, draft=None)


def masked(journey: Journey) -> Journey:
    """Personal data replaced in the message and in the thread before any other stage reads them."""
    mention = journey.mention
    text = privacy.mask(mention.text)
    thread = tuple(message.model_copy(update={"text": privacy.mask(message.text).text}) for message in mention.thread)
    shown = privacy.EXPOSING.intersection(text.kinds) if mention.visibility is Visibility.PUBLIC else frozenset()
    covered = mention.model_copy(update={"text": text.text, "thread": thread}) if text.kinds or thread else mention
    findings = (_flag(sorted(shown)),) if shown else ()
    return journey._replace(mention=covered, exposed=bool(shown), findings=findings)


def _flag(kinds: Sequence[str]) -> Finding:
    """For the agent: the post should be hidden, its author warned."""
    said = f"The message shows personal data in public ({', '.join(kinds)}): hide it and warn its author."
    return Finding(guardrail=privacy.EXPOSED, severity=Severity.NOTE, message=said)


def vectors_of(journeys: Sequence[Journey]) -> Vectors:
    stacked: Vectors = np.stack([journey.vector for journey in journeys if journey.vector is not None])
    return stacked


async def several(
    work: Callable[[Journey], Awaitable[Journey]], journeys: Sequence[Journey], *, at_once: int
) -> list[Journey]:
    """The work on every journey, in order of the journeys, `at_once` of them at a time."""
    done, waiting = list(journeys), iter(enumerate(journeys))

    async def one_after_another() -> None:
        for place, journey in waiting:
            done[place] = await work(journey)

    async with asyncio.TaskGroup() as group:
        for _ in range(min(at_once, len(done))):
            group.create_task(one_after_another())
    return done


async def unwaited(stage: Callable[[Unpack[Given]], Done], *given: *Given) -> Done:
    """The stage in a thread; whoever is cancelled doesn't wait for it, as it changes nothing."""
    return await anyio.to_thread.run_sync(stage, *given, abandon_on_cancel=True)


def overloaded(turn: Turn) -> Turn:
    """The turn of what was left to people for want of time."""
    reasons = tuple(Reason.OVERLOADED if each is Reason.STAGE_FAILED else each for each in turn.route.reasons)
    return turn.model_copy(update={"route": turn.route.model_copy(update={"reasons": reasons})})


def together(first: Mapping[str, int], more: Mapping[str, int]) -> Mapping[str, int]:
    """The tokens of two calls."""
    return {name: first.get(name, 0) + more.get(name, 0) for name in {**first, **more}}


def ref_of(hit: Hit) -> EvidenceRef:
    """What a turn keeps of a passage."""
    it = hit.passage
    return EvidenceRef(article_id=it.article_id, passage_id=it.id, version=it.version, title=it.title, score=hit.score)


@lru_cache(maxsize=256)
def _note(name: str, why: str) -> Finding:
    return Finding(guardrail=name, severity=Severity.NOTE, message=why)
