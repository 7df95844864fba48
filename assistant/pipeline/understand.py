"""Stage 1. What does the author mean, want and feel, and who may read it?"""

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from assistant.domain.brand import NO_REPLY_STANCES, Pack
from assistant.domain.incident import Incident
from assistant.domain.mention import Mention
from assistant.domain.orders import trips
from assistant.domain.situation import situation_of
from assistant.domain.understanding import (
    FiredSensitivity,
    HeadScores,
    InjectionVerdict,
    Piece,
    Reach,
    Understanding,
)
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency
from assistant.ports import Embedder, Heads, Languages, Vectors
from assistant.scoring.disguise import unmasked
from assistant.scoring.pieces import Part, is_long, pieces_of, with_vectors
from assistant.scoring.sensitivity import CRITICAL
from assistant.scoring.text import clean, clean_lines, has_words, without_pictures
from assistant.scoring.threads import READ_TURNS

_FOLLOW_UP_WORDS = 30
"""A longer message says itself what it is about."""
_EARLIER_CHARACTERS = 300
_SETTLED = re.compile(
    r"\b(?:thanks?|thank you|thx|ta|cheers|sorted|worked|solved|perfect|legend|star|danke|merci|gracias)\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"[?¿]|\b(?:how|what|when|where|which|can|could|is|are|do|does|but|still|and)\b", re.IGNORECASE)
_QUOTED_CHARACTERS = 80
_UNKNOWN_REACH = Reach()
_HIGH_REACH = 50_000
_MEDIUM_REACH = 5_000
"""Followers; shared by nobody else, so kept here until a brand asks to set them."""
_TRIPPED = 0.97
"""The score of a known turn of phrase: a certainty of wording, not of meaning."""
_WISH = Sensitivity.HUMAN_REQUEST
_SURELY_ASKED = 0.99
"""Score from which "are you a bot?" is asked, however sure a wish for a person beside it. Blind messages that no fit
saw (evals/vetoes), 2026-11: 69 of 70 such questions stay, of 71 wishes 1 keeps it, 13 did before."""
_UNSURE = 0.6
"""Below this the runner-up intent is named too."""


def reading_text(mention: Mention) -> str:
    """What to embed and read for a mention: its own words, after the last customer turns where it only follows up.

    A short message that closes the matter ("thanks, that worked") is read alone.
    """
    own = clean(mention.text)
    earlier = [clean(message.text)[:_EARLIER_CHARACTERS] for message in mention.thread if message.role == "customer"]
    if not earlier or not _follows_up(own):
        return own
    return " ".join([*earlier[-READ_TURNS:], own])


def reading_pieces(mention: Mention) -> tuple[Piece, ...]:
    """What the vetoes read beside `reading_text`: sentences of a long message, a follow-up by itself, both without
    emoji, and what a disguise hides.

    So neither what was said before, nor a picture at the end, nor marks inside words take a veto away.
    """
    own = without_pictures(clean(mention.text))
    parts: tuple[Piece, ...] = ()
    if is_long(own):
        parts = tuple(map(Piece, pieces_of([without_pictures(line) for line in clean_lines(mention.text)])))
    elif own and reading_text(mention) != own:
        parts = (Piece(own, alone=True),)
    hidden = unmasked(mention.text)
    return parts if hidden is None else (*parts, Piece(clean(hidden), alone=True, disguised=True))


class Embedded(NamedTuple):
    """A mention's `reading_text` as a vector, and its pieces with theirs."""

    vector: NDArray[np.float32]
    parts: tuple[Part, ...]


def embed(mentions: Sequence[Mention], embedder: Embedder) -> list[Embedded]:
    """What `understand` reads, in one call of the embedder."""
    texts = [reading_text(mention) for mention in mentions]
    pieces = [reading_pieces(mention) for mention in mentions]
    vectors = embedder.embed([*texts, *(piece.text for each in pieces for piece in each)])
    parts = with_vectors(pieces, vectors[len(texts) :])
    return [Embedded(vector, each) for vector, each in zip(vectors[: len(texts)], parts, strict=True)]


def _follows_up(own: str) -> bool:
    words = len(own.split())
    if not 0 < words <= _FOLLOW_UP_WORDS:
        return False
    return not _SETTLED.search(own) or bool(_ASKS.search(own))


def understand(
    mentions: Sequence[Mention],
    vectors: Vectors,
    *,
    heads: Heads,
    languages: Languages,
    pack: Pack,
    parts: Sequence[Sequence[Part]] = (),
    incidents: Sequence[Incident] = (),
) -> tuple[Understanding, ...]:
    """One understanding per mention, in order; `vectors` embed each mention's `reading_text`, `parts` are its pieces.

    `incidents` are those open now; each mention's situation names the ones it is about.

    Never raises on any text. A mention without words is out of scope, low in urgency and wants no answer.
    """
    texts = [reading_text(mention) for mention in mentions]
    readings = heads.read(texts, vectors)
    if any(parts):
        readings = _with_vetoes(readings, parts, heads)
    return tuple(
        _understanding(mention, _meant(reading), languages.identify(clean(mention.text)), pack, incidents)
        for mention, reading in zip(mentions, readings, strict=True)
    )


def _with_vetoes(readings: Sequence[HeadScores], parts: Sequence[Sequence[Part]], heads: Heads) -> list[HeadScores]:
    """The readings with what fired on a piece alone; the first of each category that is certain counts."""
    pieces = [part.piece for each in parts for part in each]
    vetoes = heads.vetoes(pieces, np.stack([part.vector for each in parts for part in each]))
    found = iter(zip(pieces, vetoes, strict=True))
    return [
        reading._replace(fired=_joined(reading.fired, [next(found) for _ in each]))
        for reading, each in zip(readings, parts, strict=True)
    ]


def _joined(
    whole: Sequence[FiredSensitivity], pieces: Sequence[tuple[Piece, tuple[FiredSensitivity, ...]]]
) -> tuple[FiredSensitivity, ...]:
    found = {fired.category: fired for fired in whole}
    for piece, fired_there in pieces:
        for fired in fired_there:
            if fired.category in found and (found[fired.category].certain or not fired.certain):
                continue
            where = f", in “{piece.text[:_QUOTED_CHARACTERS]}”" if piece.disguised or not piece.alone else ""
            found[fired.category] = fired.model_copy(update={"why": f"{fired.why}{where}"})
    return tuple(found.values())


def _understanding(
    mention: Mention,
    reading: HeadScores,
    language: tuple[str, float],
    pack: Pack,
    incidents: Sequence[Incident],
) -> Understanding:
    if not has_words(clean(mention.text)):
        return _wordless(mention, reading)
    code, sure_of_language = language
    sentiment, urgency, stance = (
        max(reading.sentiment, key=reading.sentiment.__getitem__),
        max(reading.urgency, key=reading.urgency.__getitem__),
        max(reading.stance, key=reading.stance.__getitem__),
    )
    reach = _reach(mention)
    heard = any(found.certain or found.category in CRITICAL or reach.tier == "high" for found in reading.fired)
    respond = heard or stance not in NO_REPLY_STANCES
    intent = pack.intent(reading.intent)
    injection = _injection(mention, reading)
    urgent = _raised(urgency, reading.fired)
    return Understanding(
        intent=reading.intent,
        intent_confidence=reading.intent_confidence,
        in_scope=reading.in_scope,
        in_scope_confidence=reading.in_scope_confidence,
        sentiment=sentiment,
        urgency=urgent,
        sensitivity=reading.fired,
        stance=stance,
        respond=respond,
        language=code,
        reach=reach,
        situation=situation_of(intent, incidents),
        injection=injection,
        confidence={
            "sentiment": reading.sentiment[sentiment],
            "urgency": reading.urgency.get(urgent, 0.0),
            "stance": reading.stance[stance],
            "stance_answered": _likeliest_answered(reading),
            "respond": _sure_to_respond(reading, heard=heard, respond=respond),
            "language": sure_of_language,
        },
        why=_why(reading, stance, code, reach, heard=heard, ordered=injection.flag),
    )


def _meant(reading: HeadScores) -> HeadScores:
    """Without "are you a bot?" where it only fired on a wish for a person, which then is surer."""
    wishes = max((found.score for found in reading.fired if found.category is _WISH and found.certain), default=0.0)
    least = min(wishes, _SURELY_ASKED)
    kept = (found for found in reading.fired if found.category is not Sensitivity.BOT_QUESTION or found.score >= least)
    return reading._replace(fired=tuple(kept))


def _wordless(mention: Mention, reading: HeadScores) -> Understanding:
    return Understanding(
        intent=reading.intent,
        intent_confidence=0.0,
        in_scope=False,
        in_scope_confidence=0.0,
        sentiment=Sentiment.NEUTRAL,
        urgency=Urgency.LOW,
        stance=Stance.BYSTANDER,
        respond=False,
        language="und",
        reach=_reach(mention),
        injection=_hidden(mention),
        why={"intent": "The message has no words.", "respond": "There is nothing to answer."},
    )


def _hidden(mention: Mention) -> InjectionVerdict:
    """What is fitted reads orders into a lone full stop, too; only what is hidden in it, or in a quote, can be one."""
    found = bool(trips(mention.text))
    return InjectionVerdict(score=_TRIPPED if found else 0.0, flag=found)


def _injection(mention: Mention, reading: HeadScores) -> InjectionVerdict:
    """The fitted reading, or a known turn of phrase in the raw text: quotes, signatures and hidden marks included."""
    if reading.injection.score >= _TRIPPED or not trips(mention.text):
        return reading.injection
    return InjectionVerdict(score=_TRIPPED, flag=True)


def _raised(urgency: Urgency, fired: Sequence[FiredSensitivity]) -> Urgency:
    """Where somebody may come to harm, it is urgent whatever the wording, and however unlikely that makes it."""
    if any(found.category in (_HARM if found.certain else CRITICAL) for found in fired):
        return Urgency.HIGH
    return urgency


_HARM = frozenset({Sensitivity.SELF_HARM, Sensitivity.SAFETY_INJURY, Sensitivity.MEDICAL, Sensitivity.MINORS})


def _likeliest_answered(reading: HeadScores) -> float:
    return max((likely for stance, likely in reading.stance.items() if stance not in NO_REPLY_STANCES), default=0.0)


def _sure_to_respond(reading: HeadScores, *, heard: bool, respond: bool) -> float:
    """Confidence in the verdict that was given."""
    if heard:
        return max(found.score for found in reading.fired)
    return min(1.0, max(0.0, reading.respond_confidence if respond else 1 - reading.respond_confidence))


def _reach(mention: Mention) -> Reach:
    followers = mention.author.followers
    if followers is None:
        return _UNKNOWN_REACH
    tier = "high" if followers >= _HIGH_REACH else "medium" if followers >= _MEDIUM_REACH else "low"
    return Reach(followers=followers, tier=tier)


def _why(
    reading: HeadScores, stance: Stance, language: str, reach: Reach, *, heard: bool, ordered: bool
) -> Mapping[str, str]:
    """One sentence for each judgement that somebody may ask about."""
    said = {"stance": _STANCE_SENTENCES[stance]}
    if reading.intent_confidence < _UNSURE and reading.runner_up is not None:
        said["intent"] = f"Unsure: it could also be {reading.runner_up}."
    if not reading.in_scope:
        said["in_scope"] = "It reads like none of the examples of any intent."
    if reading.fired:
        said["sensitivity"] = "; ".join(
            f"{'' if found.certain else 'maybe '}{found.category.value}: {found.why}" for found in reading.fired
        )
    if heard:
        certain = any(found.certain for found in reading.fired)
        said["respond"] = f"Something sensitive {'was' if certain else 'may have been'} said, so a person must see it."
    else:
        said["respond"] = "The author wants no answer." if stance in NO_REPLY_STANCES else "The author wants an answer."
    if ordered:
        said["injection"] = "It gives orders to the assistant instead of asking the brand."
    if language == "und":
        said["language"] = "The language could not be told with enough certainty."
    if reach.tier == "high":
        said["reach"] = f"{reach.followers} people may read the author."
    return said


_STANCE_SENTENCES: Mapping[Stance, str] = {
    Stance.QUESTION: "The author asks for something.",
    Stance.COMPLAINT: "The author complains and wants it put right.",
    Stance.PRAISE: "The author is pleased.",
    Stance.MISGUIDED: "The author states something that the brand could put right.",
    Stance.RAGER: "The author vents and asks for nothing.",
    Stance.TROLL: "The author baits.",
    Stance.SPAM: "The message promotes something else.",
    Stance.ABUSE: "The message insults or threatens people.",
    Stance.BYSTANDER: "The author mentions the brand and wants nothing from it.",
}
