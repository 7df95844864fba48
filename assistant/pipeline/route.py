"""Stage 5. Who speaks next: the assistant, an agent reviewing, an agent alone, or nobody?"""

from collections.abc import Iterator, Mapping, Sequence, Set
from datetime import datetime
from typing import NamedTuple

from assistant.charts.compiled import NO_CHARTS, Triage
from assistant.charts.evaluate import raise_scrutiny
from assistant.charts.facts import facts_of
from assistant.domain.automation import AutomationState, Step, coin
from assistant.domain.brand import AutomationPolicy, Pack
from assistant.domain.certificate import Permits
from assistant.domain.cues import asks, asks_for_plans, asks_in_words, is_mixed, questions_in
from assistant.domain.draft import Draft
from assistant.domain.guardrail import Finding
from assistant.domain.mention import Mention
from assistant.domain.prepared import is_prepared
from assistant.domain.queueing import needs_approval, queue_and_due
from assistant.domain.routing import Advice, Route, Sample
from assistant.domain.sensitivity import sensitive_reasons
from assistant.domain.silence import silent_reasons, would_be_silent
from assistant.domain.strategy import Strategy
from assistant.domain.turn import FELL_BACK
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import (
    FLOORS,
    NO_TIER,
    SCRUTINY,
    ClaimKind,
    Decision,
    Reason,
    Sentiment,
    Severity,
    Stance,
    Tier,
    Urgency,
)
from assistant.guardrails.asked import share_spoken_of
from assistant.guardrails.kinds import NEEDS_SOURCE

_NEEDS = {Tier.ACCOUNT: Reason.NEEDS_ACCOUNT, Tier.PERSON: Reason.NEEDS_PERSON}
_FOR_PEOPLE = frozenset({Decision.REVIEW, Decision.HANDOFF})
_UPSET = frozenset({Stance.COMPLAINT, Stance.RAGER, Stance.MISGUIDED})
"""Stances that weigh more with negative sentiment: nobody angry is put right by a machine alone."""
_UNSPOKEN = 0.25
"""What is left of a score where the draft speaks of nothing the message names; docs/guides/certificates.md."""
_STOPS = frozenset({Reason.KILL_SWITCH, Reason.HELD})
"""What stops sending without speaking against a draft: drafts are still judged, so that the stop can end."""
_ORDER = {reason: place for place, reason in enumerate(Reason)}


class Facts(NamedTuple):
    """What routing looks at. `exposed`: personal data stood in a public message; `failed`: which way a stage broke.

    `covered`: the cited articles speak of what the mention names. `near` in [0, 1]: how near what the draft says is to
    what was asked; None where its drafter can't tell.
    """

    mention: Mention
    understanding: Understanding
    answerable: float
    draft: Draft | None
    findings: tuple[Finding, ...] = ()
    covered: bool = True
    near: float | None = None
    exposed: bool = False
    failed: Reason | None = None


class _Decided(NamedTuple):
    """`advice` is that of the chart which asked for most; None without a chart."""

    decision: Decision
    reasons: frozenset[Reason]
    advice: Advice | None = None


def route(
    facts: Facts,
    *,
    pack: Pack,
    automation: AutomationState,
    permits: Permits,
    versions: Mapping[str, str],
    now: datetime,
    triage: Triage = NO_CHARTS,
    audited: bool = False,
) -> Route:
    """Decide, collecting every reason rather than stopping at the first; the strictest reason comes first.

    No reason at all is the only way to `AUTO_REPLY`. Where nobody should speak, reasons about an answer don't count.
    Thresholds are inclusive: a mention exactly at one may be answered. A certificate counts only for the `versions`
    it was given for. Every chart of `triage` is asked, and the strictest word counts: a chart can raise scrutiny, and
    be silent where an automatic reply was due. `audited`: a random few of what would be sent go to people first.
    """
    understanding, allowed = facts.understanding, _ALLOWED
    slice_, score = slice_of(facts.mention, understanding, pack), send_score(facts, pack)
    advice = triage.advise(facts_of(facts.mention, understanding, pack, draft=facts.draft)) if triage.charts else ()
    reasons = _silent(facts, pack, advice) or _answering_reasons(facts, pack, automation, score=score)
    candidate = reasons <= _STOPS and _decided(frozenset(), advice).decision is Decision.AUTO_REPLY
    if candidate and _fell_back(facts):
        reasons = reasons or frozenset({Reason.NOT_CERTIFIED})
    elif candidate and not permits.rehearsal:
        proof, live = (permits.certifies(slice_, score=least, versions=versions, at=now) for least in (score, 1.0))
        allowed = _allowed(facts.mention.id, slice_, pack, automation, certified=proof, live=live, audited=audited)
        reasons = reasons or allowed.withheld
    decided = _decided(reasons, advice)
    placed = queue_and_due(pack, understanding, now, advice=decided.advice, said=advice)
    return Route(
        decision=decided.decision,
        reasons=_ordered(decided),
        queue=placed.queue,
        due_at=None if decided.decision is Decision.NO_REPLY else placed.due_at,
        chart_path=decided.advice.path if decided.advice else (),
        slice=slice_,
        certified=decided.decision is Decision.AUTO_REPLY and allowed.certified,
        score=None if facts.draft is None else round(score, 4),
        tags=tuple(dict.fromkeys(tag for each in advice for tag in each.tags)),
        advice=advice,
        candidate=candidate,
        sample=allowed.sample,
    )


def _fell_back(facts: Facts) -> bool:
    """A certificate speaks of what its drafter writes, not of what another had to write instead."""
    return any(finding.guardrail == FELL_BACK for finding in facts.findings)


class _Allowed(NamedTuple):
    """What certificate, ramp and audit say of one draft."""

    certified: bool = False
    let_out: bool = False
    sample: Sample | None = None

    @property
    def withheld(self) -> frozenset[Reason]:
        """Why a draft that nothing else speaks against isn't sent; empty where it is."""
        if not self.certified:
            return frozenset({Reason.NOT_CERTIFIED})
        if not self.let_out:
            return frozenset({Reason.RAMP})
        return frozenset({Reason.AUDIT}) if self.sample in {Sample.OPEN, Sample.BLIND} else frozenset()


_ALLOWED = _Allowed()


def _allowed(
    mention_id: str,
    slice_: str,
    pack: Pack,
    automation: AutomationState,
    *,
    certified: bool,
    live: bool,
    audited: bool,
) -> _Allowed:
    """`live`: a certificate of the slice stands. A coin nobody chooses picks what is audited, and of which half."""
    policy = pack.automation
    sent = live and automation.step(slice_, start=policy.ramp_start) is not Step.SHADOW
    share, tossed = policy.audited(slice_), coin("audit", slice_, mention_id)
    drawn = None if sent else Sample.EVERY
    if tossed < share:
        drawn = Sample.BLIND if tossed < share / 2 else Sample.OPEN
    return _Allowed(
        certified=certified,
        let_out=automation.lets_out(slice_, mention_id, start=policy.ramp_start),
        sample=drawn if audited else None,
    )


def _decided(reasons: frozenset[Reason], advice: Sequence[Advice]) -> _Decided:
    """The gate's word raised by each chart's."""
    gate = decision = _decide(reasons)
    for each in advice:
        decision = raise_scrutiny(decision, each)
    asking = any(each.decision in _FOR_PEOPLE for each in advice)
    silenced = decision is Decision.NO_REPLY and gate is not Decision.NO_REPLY
    said = reasons | {Reason.CHART} if asking or silenced else reasons
    return _Decided(decision=decision, reasons=said, advice=_leading(advice, decision))


def _leading(advice: Sequence[Advice], decision: Decision) -> Advice | None:
    """Of the charts the one that wanted what was decided; else the strictest, the first where several are."""
    if not advice:
        return None
    agreeing = next((each for each in advice if each.decision is decision), None)
    return agreeing or max(advice, key=lambda each: SCRUTINY.get(each.decision, 0))


def _ordered(decided: _Decided) -> tuple[Reason, ...]:
    """The strictest first; a chart weighs as much as it asked for."""
    floors = FLOORS
    if decided.advice is not None and decided.advice.decision is decided.decision:
        floors = {**FLOORS, Reason.CHART: decided.decision}
    return tuple(sorted(decided.reasons, key=lambda reason: (-SCRUTINY.get(floors[reason], 0), _ORDER[reason])))


def route_unread(mention: Mention, *, why: Reason | None, pack: Pack, now: datetime) -> Route:
    """The route of a mention that a stage failed on before anything was understood: a person takes it, at once."""
    placed, why = queue_and_due(pack, None, now), why or Reason.STAGE_FAILED
    return Route(
        decision=FLOORS[why],
        reasons=(why,),
        queue=placed.queue,
        due_at=placed.due_at,
        slice=slice_of(mention, None, pack),
    )


def slice_of(mention: Mention, understanding: Understanding | None, pack: Pack) -> str:
    """brand/visibility/tier: what a certificate applies to; the tier of nothing understood is `none`.

    Public and private are the kinds of channel: who reads along, and which approved wording is chosen, hang on that.
    """
    tier = _tier(understanding, pack) if understanding else None
    return f"{pack.brand.id}/{mention.visibility.value}/{tier or NO_TIER}"


def send_score(facts: Facts, pack: Pack) -> float:
    """How safe the draft is to send, in [0, 1]; only its order matters, a certificate finds the threshold.

    Sure of the intent x evidence holds an answer x the draft is near what was asked, or speaks of what was named where
    nearness isn't known. A thank-you needs no evidence: there it is how sure the stance is. 0 without a draft.
    """
    understanding = facts.understanding
    if facts.draft is None:
        return 0.0
    if understanding.is_praise:
        return understanding.intent_confidence * understanding.confidence.get("stance", 0.0)
    sure = understanding.intent_confidence * facts.answerable
    if facts.near is not None:
        return sure * facts.near
    said = [claim.text for claim in facts.draft.claims if claim.kind is not ClaimKind.DISCLOSURE]
    spoken = share_spoken_of(facts.mention.text, said, ignoring=pack.brand.handles)
    return sure * (_UNSPOKEN + (1 - _UNSPOKEN) * spoken)


def _tier(understanding: Understanding, pack: Pack) -> Tier | None:
    intent = pack.intent(understanding.intent)
    return intent.tier if intent and understanding.in_scope else None


def _silent(facts: Facts, pack: Pack, advice: Sequence[Advice] = ()) -> frozenset[Reason]:
    """A chart may ask for a person; a stage that failed may have hidden what would have asked for one, but the index
    never would."""
    if facts.failed is Reason.STAGE_FAILED or any(each.decision in _FOR_PEOPLE for each in advice):
        return frozenset()
    return silent_reasons(facts.mention, facts.understanding, exposed=facts.exposed, pack=pack)


def _answering_reasons(facts: Facts, pack: Pack, automation: AutomationState, *, score: float) -> frozenset[Reason]:
    reasons = {
        *_of_message(facts, pack),
        *_of_certainty(facts, pack),
        *_of_permission(facts, pack, automation),
        *_of_draft(facts),
    }
    if facts.draft is None and _decide(reasons) is not Decision.HANDOFF:
        reasons.add(Reason.NO_EVIDENCE)
    if not reasons and score < pack.automation.min_send_score:
        reasons.add(Reason.LOW_CONFIDENCE)
    if reasons <= _STOPS and _is_given_away(facts, pack):
        reasons.add(Reason.STRATEGY)
    return frozenset(reasons)


def _is_given_away(facts: Facts, pack: Pack) -> bool:
    """Whether a rule of the brand's strategies gives this to somebody else than the machine, or two must approve it."""
    rule = pack.strategies.rule_for(facts.understanding, facts.mention)
    return needs_approval(pack, facts.understanding) or (rule is not None and rule.strategy is not Strategy.AUTOMATED)


def _decide(reasons: Set[Reason]) -> Decision:
    """The strictest floor among the reasons; those for silence only ever stand alone."""
    floors = {FLOORS[reason] for reason in reasons} or {Decision.AUTO_REPLY}
    return Decision.NO_REPLY if Decision.NO_REPLY in floors else max(floors, key=SCRUTINY.__getitem__)


def _of_message(facts: Facts, pack: Pack) -> Iterator[Reason]:
    """What the message itself asks for, whatever the answer would be."""
    understanding, mention = facts.understanding, facts.mention
    yield from sensitive_reasons(mention, understanding)
    if understanding.injection.flag:
        yield Reason.INJECTION
    if facts.exposed:
        yield Reason.PERSONAL_DATA
    if facts.failed:
        yield facts.failed
    if _in_another_language(facts, pack):
        yield Reason.LANGUAGE
    if understanding.sentiment is Sentiment.NEGATIVE and understanding.stance in _UPSET:
        yield Reason.ANGRY
    if understanding.urgency is Urgency.HIGH:
        yield Reason.URGENT
    if any(message.role in {"assistant", "brand"} for message in mention.thread):
        yield Reason.THREAD_CONTINUES


def _in_another_language(facts: Facts, pack: Pack) -> bool:
    """Theirs is none the brand answers in, or the draft is in another one of these."""
    asked, draft = facts.understanding.language, facts.draft
    if asked in pack.brand.answers_in:
        return draft is not None and draft.language != asked
    return any(char.isalpha() for char in facts.mention.text)


def _of_certainty(facts: Facts, pack: Pack) -> Iterator[Reason]:
    """What the assistant is not sure of, or knows it can't settle. A failed stage says nothing of what is known."""
    understanding, policy = facts.understanding, pack.automation
    intent = pack.intent(understanding.intent)
    prepared = is_prepared(understanding, facts.draft, pack)
    tier = intent.tier if intent and prepared else None
    if intent is None or not prepared:
        if not facts.failed:
            yield Reason.OUT_OF_SCOPE
    elif _is_unsure(understanding, policy) or _answers_something_else(facts, pack):
        yield Reason.LOW_CONFIDENCE
    if questions_in(facts.mention.text) > 1:
        yield Reason.SEVERAL_QUESTIONS
    if _wants_unclear(facts, tier, pack):
        yield Reason.UNCLEAR
    if tier in _NEEDS and not understanding.is_praise:
        yield _NEEDS[tier]
    if not facts.failed and tier is not Tier.THANKS and facts.answerable < policy.min_answerable:
        yield Reason.WEAK_EVIDENCE if prepared and _cites(facts.draft) else Reason.NO_EVIDENCE


def _is_unsure(understanding: Understanding, policy: AutomationPolicy) -> bool:
    return (
        not understanding.in_scope
        or understanding.intent_confidence < policy.min_intent_confidence
        or understanding.in_scope_confidence < policy.min_in_scope_confidence
        or understanding.confidence.get("respond", 0.0) < policy.min_respond_confidence
    )


def _answers_something_else(facts: Facts, pack: Pack) -> bool:
    """Articles that don't speak of what was named, or of another intent: that and evidence are two opinions."""
    if facts.draft is None or not facts.draft.article_ids:
        return False
    return not facts.covered or not pack.bears_out(facts.understanding.intent, facts.draft.article_ids)


def _cites(draft: Draft | None) -> bool:
    return draft is not None and bool(draft.article_ids)


def _wants_unclear(facts: Facts, tier: Tier | None, pack: Pack) -> bool:
    """The judgements contradict each other, or an answer would miss what is meant: plans, or unclear praise."""
    understanding = facts.understanding
    if would_be_silent(facts.mention, understanding):
        return not _silent(facts, pack)
    if not understanding.respond:
        return True
    text = facts.mention.text
    unsure = understanding.confidence.get("stance", 0.0) < pack.automation.min_stance_confidence
    if understanding.is_praise or tier is Tier.THANKS:
        return unsure or not understanding.is_praise or asks(text) or is_mixed(text)
    if tier is Tier.SELF_SERVE:
        asked = understanding.stance is Stance.QUESTION and (asks(text) or asks_in_words(text))
        return unsure or not asked or asks_for_plans(text)
    return False


def _of_permission(facts: Facts, pack: Pack, automation: AutomationState) -> Iterator[Reason]:
    """What the brand allows to be answered automatically, now."""
    understanding, policy = facts.understanding, pack.automation
    channel = pack.channel(facts.mention.channel)
    allowed = channel is not None and channel.enabled and (not policy.channels or channel.name in policy.channels)
    if understanding.intent not in policy.intents or not allowed:
        yield Reason.NOT_CERTIFIED
    if automation.kill_switch:
        yield Reason.KILL_SWITCH
    slice_, topic = slice_of(facts.mention, understanding, pack), understanding.situation.topic
    if automation.holds_back(understanding.intent, topic, slice_, facts.mention.channel):
        yield Reason.HELD
    if facts.draft is not None and not automation.quarantined.isdisjoint(facts.draft.article_ids):
        yield Reason.QUARANTINED
    followers = facts.mention.author.followers or 0
    if policy.max_followers is not None and followers > policy.max_followers:
        yield Reason.HIGH_REACH


def _of_draft(facts: Facts) -> Iterator[Reason]:
    """What the checks said of the draft."""
    severities = {finding.severity for finding in facts.findings}
    if Severity.BLOCK in severities:
        yield Reason.FINDING
    if Severity.REVIEW in severities:
        yield Reason.DOUBTFUL_DRAFT
    if facts.draft is None:
        return
    if any(claim.kind in NEEDS_SOURCE and not claim.supported for claim in facts.draft.claims):
        yield Reason.UNSUPPORTED_CLAIM
    if not facts.draft.article_ids and not facts.understanding.is_praise:
        yield Reason.NO_EVIDENCE
