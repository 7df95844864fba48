"""What would a change have done to recorded mentions, beside what people sent? Same, safer, worse, or can't tell."""

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum

from pydantic import Field

from assistant.domain.brand import Pack
from assistant.domain.draft import Draft
from assistant.domain.turn import Turn
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision
from assistant.evals.results import MOST_FAILED
from assistant.evals.statistics import mcnemar, wilson
from assistant.guardrails import disclosure, privacy
from assistant.guardrails.facts import facts_of
from assistant.guardrails.substance import changed_substance, turned_round


class Told(Value):
    """What people did with a mention: the text that went out, or `silent`; neither where nobody has acted yet."""

    text: str | None = None
    silent: bool = False


class Worth(StrEnum):
    """What a decision is worth by what people did, worst first; `UNKNOWN` where that doesn't say."""

    WRONG = "would have sent what people did not"
    WRONG_DRAFT = "drafts what people did not send"
    PERSON = "leaves it to a person"
    RIGHT_DRAFT = "drafts what people sent"
    RIGHT = "does what people did"
    UNKNOWN = "what people did doesn't say"


_RANK = {worth: place for place, worth in enumerate(Worth)}


class Verdict(StrEnum):
    """How the change compares on one mention; `SAFER` also where it is simply better."""

    SAME = "same"
    SAFER = "safer"
    WORSE = "worse"
    UNCLEAR = "can't tell"


class Replayed(Value):
    """One mention under both; texts with personal data masked, empty where there is no draft."""

    mention_id: str
    slice: str
    verdict: Verdict
    before: Decision
    after: Decision
    why: str
    text: str
    draft_before: str
    draft_after: str
    sent: str


class Part(Value):
    """How many mentions got a verdict, and the 95 % Wilson interval of their share."""

    verdict: Verdict
    n: int
    low: float = Field(ge=0, le=1)
    high: float = Field(ge=0, le=1)


class Replay(Value):
    """The whole comparison. `p` is exact McNemar's of as uneven a split of safer and worse, two-sided.

    `decisions` counts each decision before and after, `slices` the verdicts by slice, `fell_back` the mentions that a
    drafter to be compared couldn't write for, so that its fallback did: nothing can be told of those.
    """

    change: str
    mentions: int
    acted_on: int
    parts: tuple[Part, ...]
    p: float
    decisions: Mapping[Decision, tuple[int, int]]
    fell_back: int = 0
    slices: Mapping[str, Mapping[Verdict, int]]
    cases: tuple[Replayed, ...]

    @property
    def is_worse(self) -> bool:
        """Whether more got worse than safer, and chance alone would seldom do that."""
        counts = {part.verdict: part.n for part in self.parts}
        return counts[Verdict.WORSE] > counts[Verdict.SAFER] and self.p <= 0.05

    @property
    def is_void(self) -> bool:
        """Whether the drafters compared failed too often to compare anything."""
        return self.fell_back > MOST_FAILED * self.mentions


def compare(before: Sequence[Turn], after: Sequence[Turn], told: Sequence[Told], *, pack: Pack, change: str) -> Replay:
    """The same mentions in the same order, as they are answered now, under the change, and by people."""
    cases = tuple(_case(old, new, did, pack) for old, new, did in zip(before, after, told, strict=True))
    counts = Counter(case.verdict for case in cases)
    slices: dict[str, Counter[Verdict]] = {}
    for case in cases:
        slices.setdefault(case.slice, Counter())[case.verdict] += 1
    return Replay(
        change=change,
        mentions=len(cases),
        acted_on=sum(did.silent or did.text is not None for did in told),
        parts=tuple(_part(verdict, counts[verdict], len(cases)) for verdict in Verdict),
        p=mcnemar(counts[Verdict.WORSE], counts[Verdict.SAFER]),
        decisions={
            decision: (sum(case.before is decision for case in cases), sum(case.after is decision for case in cases))
            for decision in Decision
        },
        fell_back=sum(old.fell_back or new.fell_back for old, new in zip(before, after, strict=True)),
        slices=slices,
        cases=tuple(sorted(cases, key=lambda case: _ORDER[case.verdict])),
    )


_ORDER = {Verdict.WORSE: 0, Verdict.SAFER: 1, Verdict.UNCLEAR: 2, Verdict.SAME: 3}


def _part(verdict: Verdict, n: int, total: int) -> Part:
    interval = wilson(n, total)
    return Part(verdict=verdict, n=n, low=max(0.0, interval.low), high=min(1.0, interval.high))


def _case(old: Turn, new: Turn, did: Told, pack: Pack) -> Replayed:
    verdict, why = _verdict(old, new, did, pack)
    return Replayed(
        mention_id=new.mention_id,
        slice=new.route.slice,
        verdict=verdict,
        before=old.route.decision,
        after=new.route.decision,
        why=why,
        text=new.mention.text,
        draft_before=_shown(old.draft),
        draft_after=_shown(new.draft),
        sent=privacy.mask(did.text).text if did.text else "",
    )


def _shown(draft: Draft | None) -> str:
    return privacy.mask(draft.text).text if draft else ""


def _verdict(old: Turn, new: Turn, did: Told, pack: Pack) -> tuple[Verdict, str]:
    if old.fell_back or new.fell_back:
        return Verdict.UNCLEAR, "the drafter could not be used"
    same_draft = _words(old.draft, pack) == _words(new.draft, pack)
    if old.route.decision is new.route.decision and same_draft:
        return Verdict.SAME, ""
    was, now = worth(old, did, pack), worth(new, did, pack)
    said = f"{was.value} → {now.value}"
    if Worth.UNKNOWN in {was, now}:
        return Verdict.UNCLEAR, said
    if was is now:
        if same_draft or now is not Worth.PERSON:
            return Verdict.SAME, said
        return Verdict.UNCLEAR, "the draft reads otherwise, and nothing people sent says which is better"
    return (Verdict.SAFER if _RANK[now] > _RANK[was] else Verdict.WORSE), said


def worth(turn: Turn, did: Told, pack: Pack) -> Worth:
    """What the turn's decision is worth, by what people did."""
    known = did.silent or did.text is not None
    match turn.route.decision:
        case Decision.NO_REPLY:
            return (Worth.RIGHT if did.silent else Worth.WRONG) if known else Worth.UNKNOWN
        case Decision.HANDOFF:
            return Worth.PERSON
        case Decision.AUTO_REPLY | Decision.REVIEW if turn.draft is None or not known:
            return Worth.UNKNOWN if turn.route.decision is Decision.AUTO_REPLY else Worth.PERSON
        case decision:
            agrees = False if did.silent else _agrees(turn, did.text or "", pack)
            if decision is Decision.AUTO_REPLY:
                return Worth.UNKNOWN if agrees is None else Worth.RIGHT if agrees else Worth.WRONG
            return Worth.PERSON if agrees is None else Worth.RIGHT_DRAFT if agrees else Worth.WRONG_DRAFT


def _agrees(turn: Turn, sent: str, pack: Pack) -> bool | None:
    """Whether the draft says what was sent; None where words differ so much that facts alone don't tell."""
    if turn.draft is None:
        return None
    ours, theirs = _words(turn.draft, pack), disclosure.without(sent, turn.draft, pack=pack)
    if not changed_substance(theirs, ours):
        return True
    facts, known = ({(fact.kind, fact.value) for fact in facts_of(text)} for text in (ours, theirs))
    if turned_round(theirs, ours):
        return False
    if facts and known:
        return True if facts <= known else (False if facts.isdisjoint(known) else None)
    return None


def _words(draft: Draft | None, pack: Pack) -> str:
    return " ".join(disclosure.without(draft.text, draft, pack=pack).split()) if draft else ""
