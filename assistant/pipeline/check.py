"""Stage 4. May it be said like this? Adds the disclosure where due, makes the text fit, and asks the gate."""

from collections.abc import Sequence
from datetime import timedelta

from assistant import gate
from assistant.domain.brand import Pack
from assistant.domain.draft import Claim, Draft, running_text
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.value import Value
from assistant.domain.vocabulary import ClaimKind, Sentiment
from assistant.guardrails import contradiction, disclosure, fit
from assistant.guardrails.parts import split

SPARE = (ClaimKind.EMPATHY, ClaimKind.COURTESY, ClaimKind.QUESTION)
"""Kinds of sentence that may go where a text is too long, in this order; what answers never does."""


class Checked(Value):
    """A draft with its claims judged, and what the guardrails found."""

    draft: Draft
    findings: tuple[Finding, ...]


def check(draft: Draft, *, mention: Mention, sentiment: Sentiment, passages: Sequence[Passage], pack: Pack) -> Checked:
    """The draft as it would go out by itself. What still doesn't fit or stands on nothing is a finding, never cut."""
    owed = disclosure.due(mention, automated=True, lapse=timedelta(hours=pack.brand.disclosure_lapse_hours))
    added = _disclosure(draft, mention, pack) if owed and not _is_answer(draft, pack) else None
    claims = _fitted(draft.claims, added, mention.channel, pack)
    cited = [passage for passage in passages if passage.article_id in draft.article_ids]
    verdict = gate.judge(claims, passages=cited, mention=mention, pack=pack, automated=True, sentiment=sentiment)
    judged = _named(verdict.claims) if added else verdict.claims
    text = joined(judged, channel=mention.channel, added=added is not None)
    return Checked(
        draft=draft.model_copy(update={"text": text, "claims": judged}),
        findings=(
            *verdict.findings,
            *contradiction.findings(judged, cited),
            *((owed.note(),) if owed else ()),
        ),
    )


def _named(claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The last claim is the disclosure that this stage added, whatever else the brand lets it say."""
    return (*claims[:-1], claims[-1].model_copy(update={"kind": ClaimKind.DISCLOSURE}))


def joined(claims: Sequence[Claim], *, channel: str, added: bool) -> str:
    """The claims as one text. Where the last is the disclosure that was `added`, it is a paragraph of its own on
    channels with room."""
    said, last = (claims[:-1], claims[-1:]) if added else (claims, ())
    between = " " if fit.is_short(channel) else "\n\n"
    return between.join(part for part in (running_text(said), running_text(last)) if part)


def _is_answer(draft: Draft, pack: Pack) -> bool:
    """Whether all it says is that a machine writes: then it needn't say so twice."""
    return running_text(draft.claims) == disclosure.answer_for(pack, language=draft.language)


def _disclosure(draft: Draft, mention: Mention, pack: Pack) -> Claim:
    text = disclosure.text_for(pack, channel=mention.channel, language=draft.language)
    return Claim(text=text, kind=ClaimKind.DISCLOSURE)


def _fitted(claims: Sequence[Claim], added: Claim | None, channel: str, pack: Pack) -> tuple[Claim, ...]:
    """The claims with the disclosure, without as many spare sentences as it takes to fit: all of them where even that
    isn't enough for one post and several are allowed."""
    said = [claim for claim in claims if claim.kind is not ClaimKind.DISCLOSURE]
    ending = [added] if added else []
    kept = list(said)
    for kind in SPARE:
        while not fit.fits(channel, joined([*kept, *ending], channel=channel, added=added is not None)):
            spare = next((claim for claim in reversed(kept) if claim.kind is kind), None)
            if spare is None:
                break
            kept.remove(spare)
    whole = joined([*said, *ending], channel=channel, added=added is not None)
    one_post = fit.fits(channel, joined([*kept, *ending], channel=channel, added=added is not None))
    most = pack.most_parts(channel, automated=True)
    in_posts = not one_post and split(whole, channel=pack.network_of(channel), most=most) is not None
    return (*(said if in_posts else kept), *ending)
