"""The shapes one answer may take: with empathy, a next step or a question around it, then with less and less."""

import re
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple, TypeVar

from assistant.adapters.approved_wording import is_way, opens_with_empathy, says_next_step
from assistant.domain.brand import Voice
from assistant.domain.draft import Claim, running_text
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import ClaimKind, Sentiment, Stance, Tier, Visibility
from assistant.guardrails.sentences import split_sentences
from assistant.ports import DraftRequest

_CONDITION = re.compile(r"(?:if|or|and|but|still|otherwise|should)\b", re.IGNORECASE)
"""A sentence that begins like this leans on the one before."""

_AHEAD = re.compile(r"\b(?:going to|gonna|will|might|may|likely to|about to|expected to)\b[^?]*[?]\W*$", re.IGNORECASE)
"""Asks about what may yet come."""

SURELY_UPSET = 0.65
"""Confidence in a bad mood from which regret is said to who doesn't complain. Read on 540 mentions, 2026-11: below it
four of four asked about something that hadn't gone wrong."""

Claims = tuple[Claim, ...]
Variant = TypeVar("Variant", str, Claims)


class Parts(NamedTuple):
    """The sentences of one reply by what they do."""

    empathy: Claim | None
    answer: Claims
    next_step: Claim | None
    question: Claim | None = None


def variants(request: DraftRequest, answer: Claims, needs_person: bool) -> Iterator[Parts]:
    """The answer with everything that belongs around it, then with less and less of that."""
    if is_vent(request):
        yield from _heard_first(request, answer)
        return
    empathy = _empathy(request, answer)
    next_step = _next_step(request, answer) if needs_person else None
    question = None if needs_person else _question(request, answer)
    if question:
        yield Parts(empathy, answer, next_step, question)
    yield Parts(empathy, answer, next_step)
    if empathy:
        yield Parts(None, answer, next_step)
    if next_step:
        yield Parts(None, answer, None)


def _heard_first(request: DraftRequest, answer: Claims) -> Iterator[Parts]:
    """For who vents: empathy, an offer to help, and only then what to do; the answer's own words for both where it has
    them. A way that only holds where the fix fails stays behind it. What only a person can settle gets the offer rather
    than facts, where both don't fit."""
    voice = request.pack.brand.voice
    own = answer[0] if opens_with_empathy(answer, voice) else None
    rest = answer[1:] if own else answer
    way = next((claim for place, claim in enumerate(rest) if _stands_alone(rest, place, voice)), None)
    fix = tuple(claim for claim in rest if claim is not way)
    empathy, offer = own or _empathy(request, answer), way or _next_step(request, answer)
    yield Parts(empathy, fix, offer)
    intent = request.pack.intent(request.understanding.intent)
    if intent and intent.tier is Tier.PERSON and way is None and offer is not None:
        yield Parts(empathy, (), offer)
    yield Parts(empathy, fix, way)
    yield Parts(own, fix, offer)
    yield Parts(own, fix, way)


def _stands_alone(answer: Claims, place: int, voice: Voice) -> bool:
    """Whether a sentence says how a person is reached and leans on none before it."""
    text = answer[place].text
    asked = place > 0 and answer[place - 1].kind is ClaimKind.QUESTION
    return is_way(text, voice) and not asked and _CONDITION.match(text) is None


def bare(request: DraftRequest, answer: Claims, needs_person: bool) -> Iterator[Parts]:
    """Strict mode: an approved reply as it stands."""
    yield Parts(None, answer, None)


def is_vent(request: DraftRequest) -> bool:
    """Somebody lets off steam or complains: the offer to help comes before any fix."""
    return request.understanding.stance in {Stance.COMPLAINT, Stance.RAGER}


def _question(request: DraftRequest, answer: Claims) -> Claim | None:
    """One closing question in private, where the answer doesn't ask one itself and nobody is upset."""
    variants = request.pack.brand.voice.closing_questions
    private = request.mention.visibility is Visibility.PRIVATE
    asks = any(claim.kind is ClaimKind.QUESTION for claim in answer)
    if not variants or not private or asks or request.understanding.sentiment is Sentiment.NEGATIVE:
        return None
    return Claim(text=varied(variants, request, "question"), kind=ClaimKind.QUESTION)


def _empathy(request: DraftRequest, answer: Claims) -> Claim | None:
    """One sentence for somebody upset; a wrong belief is put right without regret."""
    understanding, voice = request.understanding, request.pack.brand.voice
    if understanding.sentiment is not Sentiment.NEGATIVE and _only_asks_ahead(request.mention.text):
        return None
    if not _is_upset(understanding) or not voice.empathy or opens_with_empathy(answer, voice):
        return None
    intent = request.pack.intent(understanding.intent)
    topic = understanding.situation.topic or (intent.topic if intent else None)
    variants = voice.empathy_for.get(topic or "") or voice.empathy
    return Claim(text=varied(variants, request, "empathy"), kind=ClaimKind.EMPATHY)


def _is_upset(understanding: Understanding) -> bool:
    """A complaint, or clearly a bad mood; who tricks, or is wrong about a rule, is owed no regret."""
    if understanding.stance in {Stance.MISGUIDED, Stance.SPAM}:
        return False
    sure = understanding.confidence.get("sentiment", 1.0) >= SURELY_UPSET
    vents = understanding.stance in {Stance.COMPLAINT, Stance.RAGER}
    return vents or (understanding.sentiment is Sentiment.NEGATIVE and sure)


def _only_asks_ahead(text: str) -> bool:
    """Nothing is regretted that hasn't happened: "is my flight going to be cancelled?"."""
    return all(_AHEAD.search(sentence) is not None for sentence in split_sentences(text))


def _next_step(request: DraftRequest, answer: Sequence[Claim]) -> Claim | None:
    voice = request.pack.brand.voice
    private = request.mention.visibility is Visibility.PRIVATE
    variants = voice.next_step_private if private else voice.next_step_public
    if not variants or says_next_step(answer, voice):
        return None
    return Claim(text=varied(variants, request, "next_step"), kind=ClaimKind.COURTESY)


def varied(variants: Sequence[Variant], request: DraftRequest, purpose: str) -> Variant:
    """One of several equals: the same for a mention and instruction, and not one that was heard of late."""
    said = [message.text for message in request.mention.thread if message.role in {"assistant", "brand"}]
    said += request.said
    fresh = [variant for variant in variants if not any(_words(variant) in text for text in said)] if said else []
    choice = fresh or variants
    seed = f"{request.mention.id}|{purpose}|{request.instruction or ''}"
    return choice[zlib.crc32(seed.encode()) % len(choice)]


def _words(variant: str | Claims) -> str:
    return variant if isinstance(variant, str) else running_text(variant)
