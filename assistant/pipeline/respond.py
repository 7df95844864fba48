"""Strings the five stages together: mentions in, turns out. A stage that fails ends its turn with a person."""

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import anyio.to_thread

from assistant.charts.compiled import NO_CHARTS, Triage
from assistant.domain.automation import AutomationState
from assistant.domain.brand import Pack
from assistant.domain.certificate import UNREADABLE, Permits
from assistant.domain.guardrail import Finding
from assistant.domain.incident import open_at
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention
from assistant.domain.readers import Readers, readers_on
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Decision, Severity, Visibility
from assistant.errors import AssistantError
from assistant.guardrails import privacy
from assistant.guardrails.coverage import coverage_of
from assistant.pipeline.check import check, covered
from assistant.pipeline.draft import Tellable, WholeArticles, draft
from assistant.pipeline.journeys import (
    Batch,
    Journey,
    Stage,
    all_failed,
    isolated,
    masked,
    overloaded,
    ref_of,
    several,
    together,
    unwaited,
    vectors_of,
)
from assistant.pipeline.reread import Second, doubts, finding_of, weighed
from assistant.pipeline.retrieve import retrieve
from assistant.pipeline.route import Facts, route, route_unread
from assistant.pipeline.understand import embed, reading_text, understand
from assistant.ports import Clock, Drafter, DraftRequest, Embedder, Heads, Languages, Library

DRAFTS_AT_ONCE = 8
"""Model calls in flight for one batch."""
_UNDERSTAND, _RETRIEVE = ("mask", "embed", "understand"), ("retrieve",)


@dataclass(frozen=True)
class _Allowed:
    """What may be answered automatically, read once a batch."""

    automation: AutomationState
    permits: Permits
    versions: Mapping[str, str]


class Pipeline:
    """A `Respond`: thinks and changes nothing. Reads the automation's state, its permits and what was `said`
    of late once a batch.

    CPU stages run in a worker thread, drafts of a batch concurrently. Personal data is masked before any other stage
    sees the text. A batch stage that fails is tried again one mention at a time, so that only the one it can't take
    goes to a person; trouble with disk or index fails the batch at once.
    """

    def __init__(
        self,
        *,
        pack: Pack,
        embedder: Embedder,
        languages: Languages,
        heads: Heads,
        index: Library,
        drafter: Drafter,
        clock: Clock,
        automation: Callable[[], AutomationState],
        permits: Callable[[], Permits],
        said: Callable[[], Sequence[str]] = tuple,
        triage: Triage = NO_CHARTS,
        audited: bool = False,
        second: Second | None = None,
        asker: Embedder | None = None,
    ) -> None:
        """`asker` embeds what is asked of the index, where `embedder`, with which mentions are read, doesn't."""
        self._pack = pack
        self._embedder = embedder
        self.languages = languages
        self._heads = heads
        self._index = index
        self._drafter = drafter
        self._clock = clock
        self._automation = automation
        self._said = said
        self._triage = triage
        self._permits = permits
        self._audited = audited
        self._second = second
        self._asker = asker
        self._articles = WholeArticles(index)
        self._coverage = coverage_of(pack)

    async def __call__(
        self,
        mentions: Sequence[Mention],
        *,
        instruction: str | None = None,
        evidence: Mapping[str, Evidence] | None = None,
    ) -> tuple[Turn, ...]:
        """One turn per mention, in order; never raises. `instruction` is an agent's wish for a redraft.

        `evidence` by mention id replaces retrieval for those mentions and is taken as it is: evals say what was found.
        """
        if not mentions:
            return ()
        given = evidence or {}
        batch = Batch([Journey(mention=mention, given=given.get(mention.id)) for mention in mentions])
        if self._second is None:
            batch = await unwaited(self._read, batch, (*_UNDERSTAND, *_RETRIEVE))
        else:
            batch = await unwaited(self._read, batch, _UNDERSTAND)
            batch = await self._reread(batch, self._second)
            batch = await unwaited(self._read, batch, _RETRIEVE)
        batch = await self._draft(batch, instruction)
        return await unwaited(self._settle, batch)

    def with_drafter(self, drafter: Drafter) -> "Pipeline":
        """The same pipeline, drafting with another drafter."""
        other = copy.copy(self)
        other._drafter = drafter
        return other

    def with_pack(self, pack: Pack) -> "Pipeline":
        """The same pipeline with other articles; what was fitted on the pack stays."""
        other = copy.copy(self)
        other._pack, other._coverage = pack, coverage_of(pack)
        return other

    def renewed(
        self,
        pack: Pack,
        *,
        triage: Triage,
        heads: Heads,
        automation: Callable[[], AutomationState],
        said: Callable[[], Sequence[str]],
    ) -> "Pipeline":
        """The same pipeline with all that a brand may change while it runs."""
        other = self.with_pack(pack)
        other._triage, other._heads, other._automation, other._said = triage, heads, automation, said
        return other

    def glance(self, mentions: Sequence[Mention]) -> tuple[Understanding | None, ...]:
        """What each mention means, in order, and no more; None where that couldn't be told. Never raises."""
        batch = self._read(Batch([Journey(mention=mention) for mention in mentions]), _UNDERSTAND)
        return tuple(None if journey.failure else journey.understanding for journey in batch.journeys)

    def shed(self, mentions: Sequence[Mention]) -> tuple[Turn, ...]:
        """Turns that leave these mentions to people without a draft, placed by what they mean. Never raises."""
        batch = self._read(Batch([Journey(mention=mention) for mention in mentions]), _UNDERSTAND)
        why = Finding(
            guardrail="pipeline", severity=Severity.BLOCK, message="too much waits; left to people unanswered"
        )
        stopped = [journey._replace(failure=journey.failure or why) for journey in batch.journeys]
        return tuple(overloaded(turn) for turn in self._settle(Batch(stopped, batch.ms)))

    def _read(self, batch: Batch, names: Sequence[str]) -> Batch:
        stages = {"mask": self._mask, "embed": self._embed, "understand": self._understand, "retrieve": self._retrieve}
        for name in names:
            batch = self._run(name, stages[name], batch)
        return batch

    def _settle(self, batch: Batch) -> tuple[Turn, ...]:
        batch = self._run("check", self._check, batch)
        batch = self._run("route", self._route, batch, failed_too=True)
        versions = self.versions()
        return tuple(self._turn(journey, versions, batch.ms) for journey in batch.journeys)

    def _mask(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        return [masked(journey) for journey in journeys]

    def _embed(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        read = embed([journey.mention for journey in journeys], self._embedder)
        return [journey._replace(**each._asdict()) for journey, each in zip(journeys, read, strict=True)]

    def _understand(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        """The last to need the vectors that are read: search and drafting may have others."""
        vectors = vectors_of(journeys)
        understood = understand(
            [journey.mention for journey in journeys],
            vectors,
            heads=self._heads,
            languages=self.languages,
            pack=self._pack,
            parts=[journey.parts for journey in journeys],
            incidents=open_at(self._pack.incidents, self._clock()),
        )
        searched = vectors
        if self._asker is not None:
            searched = self._asker.embed([reading_text(journey.mention) for journey in journeys])
        return [
            journey._replace(understanding=found, vector=usual, parts=())
            for journey, found, usual in zip(journeys, understood, searched, strict=True)
        ]

    def _retrieve(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        searched = iter(self._searched([journey for journey in journeys if journey.given is None]))
        return [
            next(searched)
            if journey.given is None
            else journey._replace(evidence=journey.given, passages=tuple(hit.passage for hit in journey.given.hits))
            for journey in journeys
        ]

    def _searched(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        if not journeys:
            return ()
        readers = [self._readers(journey) for journey in journeys]
        found = retrieve(
            [journey.mention for journey in journeys],
            [journey.meaning for journey in journeys],
            vectors_of(journeys),
            embedder=self._asker or self._embedder,
            index=self._index,
            readers=readers,
        )
        self._articles.refresh()
        today = self._pack.brand.day(self._clock())
        told = {each: Tellable(self._pack, each, on=today) for each in dict.fromkeys(readers)}
        return [
            journey._replace(evidence=evidence, passages=self._articles.of(evidence))
            for journey, raw, each in zip(journeys, found, readers, strict=True)
            for evidence in [told[each].of(raw)]
        ]

    def _readers(self, journey: Journey) -> Readers:
        mention = journey.mention
        return readers_on(self._pack, mention.channel, mention.visibility, language=journey.meaning.language)

    async def _reread(self, batch: Batch, second: Second) -> Batch:
        """What the classifiers doubt is read by the model too, several at once."""
        started = self._clock()
        reread = await several(
            lambda journey: self._reread_one(journey, second), batch.journeys, at_once=DRAFTS_AT_ONCE
        )
        return self._timed("reread", started, batch.ms, reread)

    async def _reread_one(self, journey: Journey, second: Second) -> Journey:
        if journey.failure or journey.exposed:
            return journey
        meaning = journey.meaning
        doubted = doubts(meaning, self._pack, languages=second.languages)
        if not doubted:
            return journey
        try:
            read = await second.reader.read(journey.mention, self._pack, doubted=doubted)
        except Exception as failure:  # whatever breaks, no mention may be lost
            return all_failed("reread", failure, [journey])[0]
        if read.opinion is not None:
            incidents = open_at(self._pack.incidents, self._clock())
            meaning = weighed(meaning, read.opinion, pack=self._pack, incidents=incidents)
        said = (Finding(guardrail="second_opinion", severity=Severity.NOTE, message=read.why),) if read.why else ()
        return journey._replace(understanding=meaning, findings=(*journey.findings, *said), tokens=read.tokens)

    async def _draft(self, batch: Batch, instruction: str | None) -> Batch:
        started = self._clock()
        said = tuple(await anyio.to_thread.run_sync(self._said))
        drafted = await several(
            lambda journey: self._draft_one(journey, instruction, said), batch.journeys, at_once=DRAFTS_AT_ONCE
        )
        return self._timed("draft", started, batch.ms, drafted)

    async def _draft_one(self, journey: Journey, instruction: str | None, said: tuple[str, ...]) -> Journey:
        if journey.failure:
            return journey
        request = DraftRequest(
            mention=journey.mention,
            understanding=journey.meaning,
            evidence=journey.evidence,
            passages=journey.passages,
            pack=self._pack,
            instruction=privacy.mask(instruction).text if instruction else None,
            said=said if journey.mention.visibility is Visibility.PUBLIC else (),
            meaning=journey.vector,
        )
        try:
            drafted = await draft(request, drafter=self._drafter, exposed=journey.exposed)
        except Exception as failure:  # whatever breaks, no mention may be lost
            return all_failed("draft", failure, [journey])[0]
        return journey._replace(
            draft=drafted.draft,
            near=drafted.near,
            findings=journey.noted(drafted),
            tokens=together(journey.tokens, drafted.tokens),
        )

    def _check(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        return [self._checked(journey) for journey in journeys]

    def _checked(self, journey: Journey) -> Journey:
        if journey.draft is None:
            return journey
        checked = check(
            journey.draft,
            mention=journey.mention,
            sentiment=journey.meaning.sentiment,
            passages=journey.passages,
            pack=self._pack,
        )
        findings = (*journey.findings, *finding_of(journey.meaning), *checked.findings)
        return journey._replace(draft=checked.draft, findings=findings)

    def _route(self, journeys: Sequence[Journey]) -> Sequence[Journey]:
        now = self._clock()
        allowed = _Allowed(self._automation(), self._permits(), self.versions())
        return [journey._replace(route=self._routed(journey, allowed, now)) for journey in journeys]

    def _routed(self, journey: Journey, allowed: _Allowed, now: datetime) -> Route:
        if journey.understanding is None:
            return route_unread(journey.mention, why=journey.failed, pack=self._pack, now=now)
        facts = Facts(
            mention=journey.mention,
            understanding=journey.understanding,
            answerable=journey.evidence.answerable,
            draft=journey.draft,
            near=journey.near,
            findings=journey.findings,
            covered=covered(journey.draft, journey.mention, journey.understanding, self._coverage),
            exposed=journey.exposed,
            failed=journey.failed,
        )
        return route(
            facts,
            pack=self._pack,
            automation=allowed.automation,
            permits=allowed.permits,
            versions=allowed.versions,
            now=now,
            triage=self._triage,
            audited=self._audited,
        )

    def _run(self, name: str, stage: Stage, batch: Batch, *, failed_too: bool = False) -> Batch:
        """The stage over all journeys still going, their order kept and the time shared evenly."""
        started = self._clock()
        done = list(batch.journeys)
        going = [place for place, journey in enumerate(done) if failed_too or journey.failure is None]
        results = isolated(name, stage, [done[place] for place in going])
        for place, result in zip(going, results, strict=True):
            done[place] = result
        return self._timed(name, started, batch.ms, done)

    def _timed(self, name: str, started: datetime, ms: Mapping[str, float], journeys: Sequence[Journey]) -> Batch:
        share = round((self._clock() - started).total_seconds() * 1000 / max(1, len(journeys)), 3)
        return Batch(journeys, {**ms, name: share})

    def versions(self) -> Mapping[str, str]:
        """What a turn's thinking depends on, by content hash."""
        try:
            index = self._index.fingerprint
        except AssistantError:
            index = UNREADABLE
        return {
            "pack": self._pack.fingerprint,
            "embedder": self._embedder.fingerprint,
            **({"asker": self._asker.fingerprint} if self._asker else {}),
            "heads": self._heads.fingerprint,
            "index": index,
            "charts": self._triage.fingerprint,
            "drafter": self._drafter.name,
            "prompts": self._drafter.fingerprint,
            **({"second": f"{self._second.reader.name} {self._second.reader.fingerprint}"} if self._second else {}),
        }

    def _turn(self, journey: Journey, versions: Mapping[str, str], ms: Mapping[str, float]) -> Turn:
        chosen = journey.route or route_unread(journey.mention, why=None, pack=self._pack, now=self._clock())
        silent = chosen.decision is Decision.NO_REPLY
        return Turn(
            mention_id=journey.mention.id,
            mention=journey.mention,
            understanding=journey.understanding,
            evidence=tuple(ref_of(hit) for hit in journey.evidence.hits),
            answerable=journey.evidence.answerable,
            draft=None if silent else journey.draft,
            findings=(*journey.findings, *((journey.failure,) if journey.failure else ())),
            route=chosen,
            versions=versions,
            tokens=journey.tokens,
            ms=ms,
        )
