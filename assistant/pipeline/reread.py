"""Stage 1, once more: a model reads what the classifiers doubt. It may sort a message; a person looks at it anyway."""

from collections.abc import Sequence
from typing import NamedTuple

from assistant.domain.brand import NO_REPLY_STANCES, Pack
from assistant.domain.guardrail import Finding
from assistant.domain.incident import Incident
from assistant.domain.situation import situation_of
from assistant.domain.understanding import SecondOpinion, Understanding
from assistant.domain.vocabulary import Sentiment, Severity, Stance, Urgency
from assistant.ports import SecondReader

UNMEASURED = 0.5
"""Confidence in an intent that only the model named: how often it is right was measured by nobody."""
_WORSE = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
_SOONER = (Urgency.HIGH, Urgency.MEDIUM, Urgency.LOW)
_SAID = ("intent", "in_scope", "sentiment", "urgency", "stance", "respond", "language")
_TROUBLED = frozenset({Stance.COMPLAINT, Stance.MISGUIDED})
"""Stances that weigh more with anger; a model can't talk them away."""


class Second(NamedTuple):
    """Who reads again, and the languages the classifiers read by meaning; none named means all."""

    reader: SecondReader
    languages: frozenset[str] = frozenset()


def doubts(understanding: Understanding, pack: Pack, *, languages: frozenset[str]) -> tuple[str, ...]:
    """What the classifiers are not sure of, in words; nothing where a second opinion isn't to be asked for.

    What a sensitivity fired on, what gives orders, and what has no words is settled without a model.
    """
    if understanding.sensitivity or understanding.injection.flag or not understanding.confidence:
        return ()
    policy = pack.automation
    found = {
        "intent": understanding.intent_confidence < policy.min_intent_confidence,
        "scope": not understanding.in_scope or understanding.in_scope_confidence < policy.min_in_scope_confidence,
        "language": bool(languages) and understanding.language not in languages,
    }
    return tuple(name for name, doubted in found.items() if doubted)


def weighed(
    understanding: Understanding, opinion: SecondOpinion, *, pack: Pack, incidents: Sequence[Incident] = ()
) -> Understanding:
    """What both make of the message together.

    The model decides on intent, scope and language; of sentiment and urgency the one that asks for more care counts;
    a stance that wants an answer beats one that wants none, and complaints stay complaints. Where both want silence
    nothing changes: being silent has witnesses of its own.
    """
    wanted = opinion.stance not in NO_REPLY_STANCES
    if not understanding.respond and not wanted:
        return understanding
    intent = pack.intent(opinion.intent)
    read = understanding.model_copy(
        update={
            "intent": intent.id if intent else understanding.intent,
            "in_scope": intent is not None,
            "sentiment": min(understanding.sentiment, opinion.sentiment, key=_WORSE.index),
            "urgency": min(understanding.urgency, opinion.urgency, key=_SOONER.index),
            "stance": opinion.stance if wanted and understanding.stance not in _TROUBLED else understanding.stance,
            "respond": True,
            "language": opinion.language if opinion.language in pack.brand.languages else "und",
            "situation": situation_of(intent or pack.intent(understanding.intent), incidents),
            "second": opinion,
        }
    )
    return _honest(read, understanding, opinion)


def _honest(read: Understanding, before: Understanding, opinion: SecondOpinion) -> Understanding:
    """No measured confidence and no reason is kept for what is no longer said."""
    changed = {name for name in _SAID if getattr(read, name) != getattr(before, name)}
    taken_for = f"{before.intent} ({before.intent_confidence:.2f}{'' if before.in_scope else ', out of scope'})"
    second = f"{opinion.by} reads {opinion.intent or 'none of the intents'}; the classifiers took it for {taken_for}."
    return read.model_copy(
        update={
            "intent_confidence": UNMEASURED if "intent" in changed else before.intent_confidence,
            "confidence": {**before.confidence, **dict.fromkeys(changed & before.confidence.keys(), UNMEASURED)},
            "why": {**{name: said for name, said in before.why.items() if name not in changed}, "second": second},
        }
    )


def finding_of(understanding: Understanding) -> tuple[Finding, ...]:
    """A draft to a message that a model had to sort wants a person's eyes, whatever else is said of it."""
    opinion = understanding.second
    if opinion is None:
        return ()
    said = f"{opinion.by} read the message, since the classifiers doubted its {', '.join(opinion.doubted)}."
    return (Finding(guardrail="second_opinion", severity=Severity.REVIEW, message=said),)
