"""What a mention means: each judgement with its confidence and a reason in words."""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from pydantic import Field

from assistant.domain.languages import UNSURE
from assistant.domain.value import Value
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency

SURELY_ANOTHER = 0.7
"""Confidence from which `und` is another language: 1 of 5,000 English tweets reaches it, questions in others do."""

_AGGRIEVED = frozenset({Stance.COMPLAINT, Stance.RAGER, Stance.ABUSE})


class FiredSensitivity(Value):
    """One sensitivity detector that fired; `score` in [0, 1], `why` names the pattern or example behind it.

    Where it isn't `certain`, the message only may be of the category: never answered without a person, but no alarm,
    and it may rest where nobody wants an answer, unless somebody may come to harm or many read it.
    """

    category: Sensitivity
    score: float = Field(ge=0, le=1)
    why: str = ""
    certain: bool = True


class InjectionVerdict(Value):
    """The tripwire for instructions aimed at the assistant; `score` in [0, 1]."""

    score: float = Field(ge=0, le=1)
    flag: bool


class Reach(Value):
    """How many people may read the author; it may raise speed and review, never change an answer."""

    followers: int | None = None
    tier: Literal["unknown", "low", "medium", "high"] = "unknown"


class Situation(Value):
    """What a chart may ask about: the intent's topic and the incidents open on it."""

    topic: str | None = None
    incidents: tuple[str, ...] = ()


class HeadScores(NamedTuple):
    """What the fitted heads say of one text; probabilities in [0, 1], classes sum to 1.

    `sensitivity` holds one independent score a category with the threshold it is fitted to;
    `hints` says in words what a detector saw.
    """

    intent: str
    intent_confidence: float
    runner_up: str | None
    in_scope_confidence: float
    in_scope: bool
    sentiment: Mapping[Sentiment, float]
    urgency: Mapping[Urgency, float]
    stance: Mapping[Stance, float]
    respond_confidence: float
    fired: tuple[FiredSensitivity, ...]
    injection: InjectionVerdict


class Piece(NamedTuple):
    """What the vetoes read beside a whole message: a part of it, or (`alone`) all of it without its thread.

    One that was `disguised` isn't in the author's letters.
    """

    text: str
    alone: bool = False
    disguised: bool = False


class SecondOpinion(Value):
    """What a language model made of a message that the classifiers doubt.

    `intent` is one of the brand's, or None where the message is about none of them; `by` names the model, `doubted`
    what it was asked for.
    """

    by: str
    doubted: tuple[str, ...]
    intent: str | None
    stance: Stance
    sentiment: Sentiment
    urgency: Urgency
    language: str


class Understanding(Value):
    """Everything the later stages may know of a mention's meaning.

    `intent` is the best intent whatever `in_scope` says. `respond` is the verdict whether any answer is wanted;
    a sensitivity that is certain, may be harm to life, or is said where many read it, always asks for one.
    `confidence` holds one number in [0, 1] for sentiment, urgency, stance, respond and language, and under
    `stance_answered` the likeliest stance that wants an answer; `why` one sentence for each judgement that needs one.
    `second` is set where a model read the message too: such a message is never answered without a person's look.
    """

    intent: str | None
    intent_confidence: float = Field(ge=0, le=1)
    in_scope: bool
    in_scope_confidence: float = Field(ge=0, le=1)
    sentiment: Sentiment
    urgency: Urgency
    sensitivity: tuple[FiredSensitivity, ...] = ()
    stance: Stance
    respond: bool
    language: str
    reach: Reach = Reach()
    situation: Situation = Situation()
    injection: InjectionVerdict
    confidence: Mapping[str, float] = Field(default_factory=dict)
    why: Mapping[str, str] = Field(default_factory=dict)
    second: SecondOpinion | None = None

    @property
    def sensitive(self) -> frozenset[Sensitivity]:
        """The categories that fired for certain."""
        return frozenset(fired.category for fired in self.sensitivity if fired.certain)

    @property
    def may_be_ours(self) -> bool:
        """Too short or odd to tell its language; what is surely in one of others is not."""
        return self.language == UNSURE and self.confidence.get("language", 0.0) < SURELY_ANOTHER

    @property
    def is_praise(self) -> bool:
        """Praise beyond doubt: thanks for an insult or for sarcasm are worse than silence."""
        sarcastic = any(fired.category is Sensitivity.PROTEST_SARCASM for fired in self.sensitivity)
        return self.stance is Stance.PRAISE and self.sentiment is Sentiment.POSITIVE and not sarcastic

    @property
    def upset(self) -> bool:
        """Something went wrong for the author, or made them angry: in what is said of the brand, or in how."""
        return self.stance in _AGGRIEVED or (self.sentiment is Sentiment.NEGATIVE and self.stance is not Stance.SPAM)

    @property
    def asks_if_bot(self) -> bool:
        """Asks whether a machine answers; who only asks for a person doesn't (`pipeline.understand`)."""
        return Sensitivity.BOT_QUESTION in self.sensitive
