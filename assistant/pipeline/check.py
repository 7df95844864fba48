"""Stage 4. May it be said like this? Adds the disclosure where due, makes the text fit, and asks the gate."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from assistant import gate
from assistant.domain.brand import Pack
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import ClaimKind, Sentiment, Visibility
from assistant.guardrails import contradiction, disclosure, fit, wanted
from assistant.guardrails.coverage import Coverage
from assistant.guardrails.kinds import kind_of
from assistant.guardrails.parts import split

SPARE = (ClaimKind.EMPATHY, ClaimKind.COURTESY, ClaimKind.QUESTION)
"""Kinds of sentence that may go where a text is too long, in this order; what answers never does."""


class Checked(NamedTuple):
    """A draft with its claims judged, and what the guardrails found."""

    draft: Draft
    findings: tuple[Finding, ...]


class _Ending(NamedTuple):
    """What a draft ends with."""

    sign_off: Claim | None
    disclosure: Claim | None

    @property
    def claims(self) -> tuple[Claim, ...]:
        """Those there are, in order."""
        return tuple(each for each in self if each is not None)


def check(draft: Draft, *, mention: Mention, sentiment: Sentiment, passages: Sequence[Passage], pack: Pack) -> Checked:
    """The draft as it would go out by itself. What still doesn't fit or stands on nothing is a finding, never cut."""
    owed = disclosure.due(mention, automated=True, lapse=timedelta(hours=pack.brand.disclosure_lapse_hours))
    added = _disclosure(draft, mention, pack) if owed and not _is_answer(draft, pack) else None
    ending = _Ending(_sign_off(draft, mention, pack), added)
    claims = _fitted(draft.claims, ending, mention.channel, pack)
    cited = [passage for passage in passages if passage.article_id in draft.article_ids]
    verdict = gate.judge(claims, passages=cited, mention=mention, pack=pack, automated=True, sentiment=sentiment)
    judged = _named(verdict.claims) if added else verdict.claims
    signed = ending.sign_off is not None and ending.sign_off in claims
    text = joined(judged, network=pack.network_of(mention.channel), apart=signed + (added is not None))
    return Checked(
        draft=draft.model_copy(update={"text": text, "claims": judged}),
        findings=(
            *verdict.findings,
            *contradiction.findings(judged, cited),
            *(wanted.findings(mention.text, judged) if draft.article_ids else ()),
            *((owed.note(),) if owed else ()),
        ),
    )


def covered(draft: Draft | None, mention: Mention, understanding: Understanding, coverage: Coverage) -> bool:
    """Whether the draft speaks of what was asked, in public in its own words.

    Not looked at where it can't count: without sources, and where the message is out of scope anyway.
    """
    if draft is None or not draft.article_ids or not understanding.in_scope:
        return True
    answer = " ".join(claim.text for claim in draft.claims if claim.kind is not ClaimKind.DISCLOSURE)
    short = mention.visibility is Visibility.PUBLIC and not understanding.is_praise
    return coverage.covers(mention.text, draft.article_ids, answer, to_the_point=short)


def _named(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The last claim is the disclosure that this stage added, whatever else the brand lets it say."""
    return (*claims[:-1], claims[-1].model_copy(update={"kind": ClaimKind.DISCLOSURE}))


def joined(claims: Sequence[Claim], *, network: str, apart: int) -> str:
    """The claims as one text. The last `apart` of them (sign-off, disclosure) are paragraphs on networks with room."""
    said, last = claims[: len(claims) - apart], claims[len(claims) - apart :]
    between = " " if fit.is_short(network) else "\n\n"
    return between.join(part for part in (running_text(said), *(claim.text for claim in last)) if part)


def _is_answer(draft: Draft, pack: Pack) -> bool:
    """Whether all it says is that a machine writes: then it needn't say so twice."""
    return running_text(draft.claims) == disclosure.answer_for(pack, language=draft.language)


def _disclosure(draft: Draft, mention: Mention, pack: Pack) -> Claim:
    text = disclosure.text_for(pack, channel=mention.channel, language=draft.language)
    return Claim(text=text, kind=ClaimKind.DISCLOSURE)


def _sign_off(draft: Draft, mention: Mention, pack: Pack) -> Claim | None:
    """The brand's own for this language and channel."""
    wordings = pack.brand.voice.sign_off.get(draft.language, {})
    size = "short" if fit.is_short(pack.network_of(mention.channel)) else "long"
    text = wordings.get(mention.channel) or wordings.get(size)
    return Claim(text=text, kind=ClaimKind.COURTESY) if text and not _is_answer(draft, pack) else None


def _fitted(claims: Sequence[Claim], ending: _Ending, channel: str, pack: Pack) -> tuple[Claim, ...]:
    """The claims with what ends them, without as many spare sentences as it takes to fit: all of them where even that
    isn't enough for one post and several are allowed."""
    said = tuple(claim for claim in claims if not _discloses(claim, owed=ending.disclosure is not None))
    shortest, kind = said, pack.network_of(channel)
    for kept, last in _shorter(said, ending):
        if split(joined((*kept, *last), network=kind, apart=len(last)), channel=kind, most=1):
            return (*kept, *last)
        shortest = (*kept, *last)
    whole = joined((*said, *ending.claims), network=kind, apart=len(ending.claims))
    in_posts = split(whole, channel=kind, most=pack.most_parts(channel, automated=True))
    return (*said, *ending.claims) if in_posts else shortest


def _discloses(claim: Claim, *, owed: bool) -> bool:
    """Whether it says that a machine writes, and nothing else; a model may call that something else."""
    return claim.kind is ClaimKind.DISCLOSURE or (owed and kind_of(claim.text) is ClaimKind.DISCLOSURE)


def _shorter(said: tuple[Claim, ...], ending: _Ending) -> Iterator[tuple[tuple[Claim, ...], tuple[Claim, ...]]]:
    """What is said and how it ends, first whole, then with less and less: the sign-off goes first."""
    yield said, ending.claims
    last = _Ending(None, ending.disclosure).claims
    if ending.sign_off:
        yield said, last
    kept = list(said)
    for kind in SPARE:
        while (spare := next((claim for claim in reversed(kept) if claim.kind is kind), None)) is not None:
            kept.remove(spare)
            yield tuple(kept), last
