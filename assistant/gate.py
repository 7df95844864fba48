"""The one gate for every customer-facing text: all guardrails, claim by claim and over the whole.

Automated replies, texts for hand-off, follow-ups and agents' edits all pass here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from datetime import timedelta
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from assistant.domain.brand import Pack
from assistant.domain.commitments import NOTHING_BOUND, Ledger
from assistant.domain.draft import Citation, Claim
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.vocabulary import ClaimKind, Sentiment, Severity
from assistant.guardrails import (
    asking,
    commitments,
    dead_ends,
    disclosure,
    injection,
    links,
    parts,
    privacy,
    templates,
    tone,
)
from assistant.guardrails.address import closing_from, without_greeting
from assistant.guardrails.elliptic import is_elliptic, question_before
from assistant.guardrails.fact import Fact
from assistant.guardrails.facts import IDENTIFIERS, facts_of
from assistant.guardrails.facts import missing as missing_facts
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.restrictions import dropped
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.standing import Standing, normal_sentences, wording_of
from assistant.guardrails.support import Measured, measure

_NOTHING_FILLED: Mapping[str, str] = {}
_NO_COMMITMENTS: Mapping[ClaimKind, frozenset[str]] = {}


class Verdict(NamedTuple):
    """Claims with `supported`, `missing` and citations filled in, and what every guardrail said."""

    claims: tuple[Claim, ...]
    findings: tuple[Finding, ...]

    @property
    def blocked(self) -> bool:
        """Whether something forbids sending."""
        return any(finding.severity is Severity.BLOCK for finding in self.findings)

    @property
    def clean(self) -> bool:
        """Whether nothing was found above a note."""
        return all(finding.severity is Severity.NOTE for finding in self.findings)


class _Sources(NamedTuple):
    """What stands, the customer's own words, and what the brand is bound to."""

    standing: Standing
    given: tuple[str, ...] = ()
    filled: Mapping[str, str] = _NOTHING_FILLED
    bound: Mapping[ClaimKind, frozenset[str]] = _NO_COMMITMENTS
    asked: str = ""
    """What a claim that says half a sentence answers."""
    beside: str = ""
    """The whole reply: a condition may be named in another sentence."""
    customer: str = ""
    """What the customer wrote, who may say that a condition holds for them."""


class _Judged(NamedTuple):
    """A claim's verdict; `lacks`: what the rest of the reply or the customer's own words may yet support."""

    claim: Claim
    findings: tuple[Finding, ...]
    lacks: bool


def judge(
    claims: Sequence[Claim],
    *,
    passages: Sequence[Passage],
    mention: Mention,
    pack: Pack,
    automated: bool,
    sentiment: Sentiment | None = None,
    ledger: Ledger = NOTHING_BOUND,
) -> Verdict:
    """Judge a draft by its claims, in order; the text is their texts joined by one space.

    A claim's kind is what its words say, whatever the drafter called it. `sentiment` is the mention's where known;
    `ledger` holds the promises and offers that stand.
    """
    text = " ".join(claim.text for claim in claims)
    sources = _sources(passages, mention, pack, ledger)
    return _verdict(claims, text, sources, mention=mention, pack=pack, automated=automated, sentiment=sentiment)


def judge_text(
    text: str,
    *,
    passages: Sequence[Passage],
    mention: Mention,
    pack: Pack,
    automated: bool,
    sentiment: Sentiment | None = None,
    ledger: Ledger = NOTHING_BOUND,
) -> Verdict:
    """Judge a text as it stands: cut into sentences, each typed and given the passage it stands on."""
    sentences = chain.from_iterable(map(split_sentences, disclosure.apart(text, pack=pack)))
    claims = [Claim(text=sentence, kind=kind_of(sentence)) for sentence in sentences]
    sources = _sources(passages, mention, pack, ledger)
    return _verdict(claims, text, sources, mention=mention, pack=pack, automated=automated, sentiment=sentiment)


def _verdict(
    claims: Sequence[Claim],
    text: str,
    sources: "_Sources",
    *,
    mention: Mention,
    pack: Pack,
    automated: bool,
    sentiment: Sentiment | None,
) -> Verdict:
    judged: list[Claim] = []
    findings: list[Finding] = []
    asked = question_before(split_sentences(mention.text)) or mention.text
    closing = len(claims) if automated else closing_from([claim.text for claim in claims])
    for place, claim in enumerate(claims):
        if place >= closing:
            judged.append(claim.model_copy(update={"kind": ClaimKind.COURTESY, "supported": True}))
            continue
        verdict = _judged_for(claim, sources._replace(asked=asked, beside=text))
        asked = question_before((claim.text,)) or asked
        judged.append(verdict.claim)
        findings += verdict.findings
    voice = pack.brand.voice
    findings += dead_ends.check(judged, voice=voice, mention_text=mention.text, sentiment=sentiment)
    findings += _whole(text, sources, mention=mention, pack=pack, automated=automated, sentiment=sentiment)
    return Verdict(claims=tuple(judged), findings=tuple(findings))


def _whole(
    text: str, sources: _Sources, *, mention: Mention, pack: Pack, automated: bool, sentiment: Sentiment | None
) -> Iterator[Finding]:
    """Findings about the text as one."""
    if not text.strip():
        yield Finding(guardrail="fit", severity=Severity.BLOCK, message="There is nothing to send.")
    lapse = timedelta(hours=pack.brand.disclosure_lapse_hours)
    yield from disclosure.check(text, mention=mention, automated=automated, lapse=lapse)
    most = pack.most_parts(mention.channel, automated=automated)
    yield from parts.check(text, channel=pack.network_of(mention.channel), most=most)
    yield from links.check(text, hosts=pack.brand.site_hosts)
    published = (*sources.standing.texts, *wording_of(pack).published[mention.visibility])
    yield from privacy.check(
        text,
        published=published,
        mention_text=mention.text,
        visibility=mention.visibility,
        earlier=sources.customer,
    )
    yield from templates.check(text)
    yield from asking.check(text, visibility=mention.visibility)
    yield from tone.check(text, voice=pack.brand.voice, mention_text=mention.text, sentiment=sentiment)
    yield from injection.check(text, mention_text=mention.text)


def _judged_for(claim: Claim, sources: _Sources) -> _Judged:
    """The verdict for this customer: the one for anybody, where nothing in the claim hangs on who asked."""
    halves = any(map(is_elliptic, split_sentences(claim.text)))
    if not halves and not sources.bound and not any(value in claim.text for value in sources.filled.values()):
        anybody = _judged_for_anybody(claim, sources.standing)
        if not anybody.lacks:
            return anybody
    return _judge_claim(claim, sources)


@lru_cache(maxsize=8192)
def _judged_for_anybody(claim: Claim, standing: Standing) -> _Judged:
    """Approved wording comes back again and again: judged once for the same sources."""
    return _judge_claim(claim, _Sources(standing))


def _judge_claim(claim: Claim, sources: _Sources) -> _Judged:
    """One claim, sentence by sentence; the worst of its sentences is the claim's verdict."""
    findings: list[Finding] = []
    kinds: list[ClaimKind] = []
    missing: list[Fact] = []
    cited: list[Citation] = []
    lacks = False
    asked = sources.asked
    known = {passage.id for passage in sources.standing.passages}
    kept = tuple(citation for citation in claim.citations if citation.passage_id in known)
    for whole in split_sentences(claim.text) or (claim.text,):
        sentence = without_greeting(whole)
        greeted = _absent(whole.removesuffix(sentence), ClaimKind.COURTESY, sources)
        findings += _unfounded(whole, greeted)
        missing += greeted
        lacks |= _identifies(greeted)
        kind = kind_of(sentence) if sentence else ClaimKind.COURTESY
        kinds.append(kind)
        if kind not in NEEDS_SOURCE:
            absent = _absent(sentence, kind, sources)
            findings += _unfounded(sentence, absent)
            missing += absent
            lacks |= _identifies(absent)
            asked = question_before((sentence,)) or asked
            continue
        if (kept or _is_own(sentence, sources)) and _is_approved(sentence, kind, sources):
            continue  # measuring would only look for what it stands on
        measured = _measured(sentence, kind, sources, asked if is_elliptic(sentence) else "")
        said = tuple(_claim_findings(sentence, kind, measured, sources))
        findings += said
        missing += measured.missing if said else ()
        lacks |= _identifies(measured.missing) or bool(measured.dropped)
        if measured.supported:
            cited += _citation(measured, sources.standing)
    findings += _strangers(claim, known)
    kind = next((each for each in kinds if each in NEEDS_SOURCE), kinds[0])
    update = {
        "kind": kind,
        "supported": not findings,
        "missing": tuple(dict.fromkeys(fact.text for fact in missing)),
        "citations": kept or tuple(dict.fromkeys(cited)),
    }
    return _Judged(claim.model_copy(update=update), tuple(findings), lacks)


def _identifies(facts: Iterable[Fact]) -> bool:
    return any(fact.kind in IDENTIFIERS for fact in facts)


def _strangers(claim: Claim, known: Set[str]) -> Iterator[Finding]:
    strangers = [citation.passage_id for citation in claim.citations if citation.passage_id not in known]
    if strangers:
        said = f"The sentence cites passages it was not shown ({', '.join(strangers)})."
        yield _finding("citations", Severity.BLOCK, said, claim.text)


def _claim_findings(sentence: str, kind: ClaimKind, measured: Measured, sources: _Sources) -> Iterator[Finding]:
    if _is_approved(sentence, kind, sources):
        return
    yield from _unfounded(sentence, measured.missing)
    if contradiction := measured.contradiction:
        yield _finding("grounding", Severity.BLOCK, f"The source says otherwise ({contradiction}).", sentence)
    elif measured.dropped:
        yield _finding("grounding", Severity.REVIEW, f"The source limits this ({measured.dropped}).", sentence)
    elif not measured.supported and not measured.missing:
        yield _finding("grounding", Severity.REVIEW, "No source says this.", sentence)
    yield from commitments.check(sentence, kind, supported=measured.supported)


def _absent(sentence: str, kind: ClaimKind, sources: _Sources) -> tuple[Fact, ...]:
    """Hard facts of a sentence that needs no source otherwise; the brand's own wording holds none."""
    said = facts_of(sentence)
    if not said or _is_approved(sentence, kind, sources):
        return ()
    return missing_facts(sentence, sources.standing.texts, given=_given(said, sources))


def _unfounded(sentence: str, absent: Sequence[Fact]) -> Iterator[Finding]:
    if absent:
        named = ", ".join(fact.text for fact in absent)
        yield _finding("facts", Severity.BLOCK, f"No source holds: {named}.", sentence)


def _given(said: Iterable[Fact], sources: _Sources) -> tuple[str, ...]:
    return sources.given if _identifies(said) else ()


def _is_own(sentence: str, sources: _Sources) -> bool:
    """The brand's own voice stands on no article."""
    return commitments.normal(sentence) in sources.standing.own


def _is_approved(sentence: str, kind: ClaimKind, sources: _Sources) -> bool:
    wordings = {commitments.normal(sentence)}
    if sources.filled:
        wordings.add(commitments.normal(templates.emptied(sentence, sources.filled)))
    standing = sources.standing
    known = (
        standing.own,
        sources.bound.get(kind, frozenset()),
        standing.approved if kind in NEEDS_SOURCE else frozenset(),
    )
    return not all(map(wordings.isdisjoint, known))


def _finding(guardrail: str, severity: Severity, message: str, excerpt: str) -> Finding:
    return Finding(guardrail=guardrail, severity=severity, message=message, excerpt=excerpt)


def _citation(measured: Measured, standing: Standing) -> tuple[Citation, ...]:
    reading = measured.statement.reading
    if reading.place is None or reading.place >= len(standing.passages):
        return ()
    passage = standing.passages[reading.place]
    return (
        Citation(passage_id=passage.id, article_id=passage.article_id, version=passage.version, quote=reading.quote),
    )


def _measured(sentence: str, kind: ClaimKind, sources: _Sources, asked: str) -> Measured:
    """Measured once for the same sources and customer; what else was said is looked at only where it can count."""
    standing, given = sources.standing, _given(facts_of(sentence), sources)
    measured = _measure(sentence, kind, standing.texts, given, standing.terms, standing.threshold, asked)
    if not measured.dropped:
        return measured
    left_out = dropped(sentence, standing.texts, beside=sources.beside, customer=sources.customer)
    return measured._replace(dropped=left_out)


@lru_cache(maxsize=8192)
def _measure(
    sentence: str,
    kind: ClaimKind,
    texts: tuple[str, ...],
    given: tuple[str, ...],
    terms: frozenset[str],
    threshold: float,
    asked: str,
) -> Measured:
    return measure(sentence, kind, texts, given=given, terms=terms, threshold=threshold, asked=asked)


def _sources(passages: Sequence[Passage], mention: Mention, pack: Pack, ledger: Ledger) -> _Sources:
    """What stands for anybody, with the customer's words and what the brand is bound to by now."""
    customer = tuple(message.text for message in mention.thread if message.role == "customer")
    brand = " ".join((pack.brand.name, *pack.brand.handles))
    return _Sources(
        wording_of(pack).standing_on(passages),
        (mention.text, mention.author.name, "@" + mention.author.handle.lstrip("@"), *customer, brand),
        templates.values_of(mention),
        _bound_by(ledger) if ledger.promises or ledger.offers else _NO_COMMITMENTS,
        customer="\n".join((*customer, mention.text)),
    )


def _bound_by(ledger: Ledger) -> Mapping[ClaimKind, frozenset[str]]:
    return {
        ClaimKind.PROMISE: normal_sentences(ledger.promises),
        ClaimKind.OFFER: normal_sentences(ledger.offers),
    }
