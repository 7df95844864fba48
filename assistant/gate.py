"""The one gate for every customer-facing text: all guardrails, claim by claim and over the whole.

Automated replies, texts for hand-off, follow-ups and agents' edits all pass here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple

from assistant.domain.brand import Disclosure, Pack
from assistant.domain.commitments import NOTHING_BOUND, Ledger
from assistant.domain.draft import Citation, Claim
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience, ClaimKind, Sentiment, Severity
from assistant.guardrails import (
    commitments,
    dead_ends,
    disclosure,
    identifiers,
    injection,
    links,
    parts,
    privacy,
    templates,
    tone,
)
from assistant.guardrails.fact import Fact
from assistant.guardrails.facts import IDENTIFIERS, facts_of
from assistant.guardrails.facts import missing as missing_facts
from assistant.guardrails.kinds import NEEDS_SOURCE, kind_of
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.support import Measured, measure
from assistant.guardrails.words import plain, stem


class Verdict(Value):
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
    """What a claim may stand on: passages with their texts, the brand's approved wording, and the customer's words."""

    passages: tuple[Passage, ...]
    texts: tuple[str, ...]
    approved: frozenset[str]
    own: frozenset[str]
    given: tuple[str, ...]
    filled: Mapping[str, str]
    bound: Mapping[ClaimKind, frozenset[str]]
    terms: frozenset[str]


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
    claims = [Claim(text=sentence, kind=kind_of(sentence)) for sentence in split_sentences(text)]
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
    for claim in claims:
        result, said = _judge_claim(claim, sources)
        judged.append(result)
        findings += said
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
    yield from privacy.check(text, published=sources.texts, mention_text=mention.text, visibility=mention.visibility)
    yield from tone.check(text, voice=pack.brand.voice, mention_text=mention.text, sentiment=sentiment)
    yield from injection.check(text, mention_text=mention.text)


def _judge_claim(claim: Claim, sources: _Sources) -> tuple[Claim, list[Finding]]:
    """One claim, sentence by sentence; the worst of its sentences is the claim's verdict."""
    findings: list[Finding] = []
    kinds: list[ClaimKind] = []
    missing: list[str] = []
    cited: list[Citation] = []
    for sentence in split_sentences(claim.text) or (claim.text,):
        kind = kind_of(sentence)
        kinds.append(kind)
        if kind not in NEEDS_SOURCE:
            absent = _absent(sentence, kind, sources)
            findings += _unfounded(sentence, absent)
            missing += [fact.text for fact in absent]
            continue
        measured = _measured(sentence, kind, sources)
        said = tuple(_claim_findings(sentence, kind, measured, sources))
        findings += said
        missing += [fact.text for fact in measured.missing] if said else []
        if measured.supported:
            cited += _citation(measured, sources)
    known = {passage.id for passage in sources.passages}
    strangers = [citation.passage_id for citation in claim.citations if citation.passage_id not in known]
    if strangers:
        findings.append(
            Finding(
                guardrail="citations",
                severity=Severity.BLOCK,
                message=f"The sentence cites passages it was not shown ({', '.join(strangers)}).",
                excerpt=claim.text,
            )
        )
    kind = next((each for each in kinds if each in NEEDS_SOURCE), kinds[0])
    kept = tuple(citation for citation in claim.citations if citation.passage_id in known)
    update = {
        "kind": kind,
        "supported": not findings,
        "missing": tuple(dict.fromkeys(missing)),
        "citations": kept or tuple(dict.fromkeys(cited)),
    }
    return claim.model_copy(update=update), findings


def _claim_findings(sentence: str, kind: ClaimKind, measured: Measured, sources: _Sources) -> Iterator[Finding]:
    if _is_approved(sentence, kind, sources):
        return
    yield from _unfounded(sentence, measured.missing)
    if contradiction := measured.contradiction:
        yield _finding("grounding", Severity.BLOCK, f"The source says otherwise ({contradiction}).", sentence)
    elif not measured.supported and not measured.missing:
        yield _finding("grounding", Severity.REVIEW, "No source says this.", sentence)
    yield from commitments.check(sentence, kind, supported=measured.supported)


def _absent(sentence: str, kind: ClaimKind, sources: _Sources) -> tuple[Fact, ...]:
    """Hard facts of a sentence that needs no source otherwise; the brand's own wording holds none."""
    said = facts_of(sentence)
    if not said or _is_approved(sentence, kind, sources):
        return ()
    return missing_facts(sentence, sources.texts, given=_given(said, sources))


def _unfounded(sentence: str, absent: Sequence[Fact]) -> Iterator[Finding]:
    if absent:
        named = ", ".join(fact.text for fact in absent)
        yield _finding("facts", Severity.BLOCK, f"No source holds: {named}.", sentence)


def _given(said: Iterable[Fact], sources: _Sources) -> tuple[str, ...]:
    return sources.given if any(fact.kind in IDENTIFIERS for fact in said) else ()


def _is_approved(sentence: str, kind: ClaimKind, sources: _Sources) -> bool:
    wordings = {commitments.normal(sentence)}
    if sources.filled:
        wordings.add(commitments.normal(templates.emptied(sentence, sources.filled)))
    known = (
        sources.own,
        sources.bound.get(kind, frozenset()),
        sources.approved if kind in NEEDS_SOURCE else frozenset(),
    )
    return not all(map(wordings.isdisjoint, known))


def _finding(guardrail: str, severity: Severity, message: str, excerpt: str) -> Finding:
    return Finding(guardrail=guardrail, severity=severity, message=message, excerpt=excerpt)


def _citation(measured: Measured, sources: _Sources) -> tuple[Citation, ...]:
    reading = measured.statement.reading
    if reading.place is None or reading.place >= len(sources.passages):
        return ()
    passage = sources.passages[reading.place]
    return (
        Citation(passage_id=passage.id, article_id=passage.article_id, version=passage.version, quote=reading.quote),
    )


def _measured(sentence: str, kind: ClaimKind, sources: _Sources) -> Measured:
    """Approved wording comes back again and again: measured once for the same sources."""
    return _measure(sentence, kind, sources.texts, _given(facts_of(sentence), sources), sources.terms)


@lru_cache(maxsize=8192)
def _measure(
    sentence: str, kind: ClaimKind, texts: tuple[str, ...], given: tuple[str, ...], terms: frozenset[str]
) -> Measured:
    return measure(sentence, kind, texts, given=given, terms=terms)


def _sources(passages: Sequence[Passage], mention: Mention, pack: Pack, ledger: Ledger) -> _Sources:
    """Passages in order, the approved replies of their articles, the brand's own voice, and what it is bound to."""
    wording = _wording(pack)
    articles = frozenset((passage.article_id, passage.version) for passage in passages)
    customer = (message.text for message in mention.thread if message.role == "customer")
    brand = " ".join((pack.brand.name, *pack.brand.handles))
    return _Sources(
        tuple(passages),
        tuple(_text_of(passage.title, passage.headings, passage.text) for passage in passages),
        frozenset[str]().union(*(wording.replies.get(article, frozenset()) for article in articles)),
        wording.own,
        (mention.text, mention.author.name, "@" + mention.author.handle.lstrip("@"), *customer, brand),
        templates.values_of(mention),
        {
            ClaimKind.PROMISE: _normal_sentences(ledger.promises),
            ClaimKind.OFFER: _normal_sentences(ledger.offers),
        },
        wording.terms,
    )


@lru_cache(maxsize=4096)
def _text_of(title: str, headings: tuple[str, ...], text: str) -> str:
    return "\n\n".join((title, *headings, text))


class _Wording(NamedTuple):
    """A pack's wording by sentence: its own voice, and each public article's approved replies; stems of its names."""

    pack: Pack
    own: frozenset[str]
    replies: dict[tuple[str, int], frozenset[str]]
    terms: frozenset[str]


_PREPARED: dict[int, _Wording] = {}
"""By identity of the pack, which the entry keeps alive; two packs in use at a time are many."""
_MOST_PACKS = 8


def _wording(pack: Pack) -> _Wording:
    prepared = _PREPARED.get(id(pack))
    if prepared is None:
        if len(_PREPARED) >= _MOST_PACKS:
            _PREPARED.clear()
        prepared = _PREPARED[id(pack)] = _prepare(pack)
    return prepared


def _prepare(pack: Pack) -> _Wording:
    voice = pack.brand.voice
    situations = (text for variants in voice.empathy_for.values() for text in variants)
    own = (
        *voice.empathy,
        *situations,
        *voice.closing_questions,
        *voice.exposed,
        *voice.next_step_public,
        *voice.next_step_private,
        *voice.thanks,
        *voice.holding,
        *voice.ask_solved,
        *voice.invite_update,
        *voice.invite_peer,
        *voice.thank_peer,
        *voice.correct_peer,
    )
    sign_offs = (text for each in voice.sign_off.values() for text in each.values())
    disclosures = (text for each in pack.brand.disclosure.values() for text in _disclosures(each))
    replies = {
        (article.id, article.version): _normal_sentences(reply.text for reply in article.replies)
        for article in pack.articles
        if article.audience is Audience.PUBLIC and article.status is ArticleStatus.APPROVED
    }
    terms = frozenset(map(stem, identifiers.terms(plain(article.body) for article in pack.articles)))
    return _Wording(pack, _normal_sentences((*own, *sign_offs, *disclosures)), replies, terms)


def _disclosures(wording: Disclosure) -> tuple[str, ...]:
    return (wording.short, wording.long, wording.assisted_short, wording.assisted_long, wording.answer)


def _normal_sentences(texts: Iterable[str]) -> frozenset[str]:
    return frozenset(commitments.normal(sentence) for text in texts for sentence in split_sentences(text))
