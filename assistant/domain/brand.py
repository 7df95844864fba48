"""What a brand authors besides articles: voice, disclosure, channels, intents and what may be automated."""

from collections.abc import Mapping

from pydantic import Field

from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.domain.vocabulary import Sensitivity, Stance, Tier, Visibility


class Intent(Value):
    """Something customers ask for. `examples` are whole messages as customers write them."""

    id: str
    topic: str
    name: str
    tier: Tier
    examples: tuple[str, ...] = Field(min_length=1)


class Disclosure(Value):
    """How the brand says that a machine wrote, in one language; `short` for channels of 500 characters or less."""

    short: str
    long: str


class Voice(Value):
    """Wording the drafter may add around an answer, by situation. Every list holds interchangeable variants.

    `empathy` opens an answer to someone upset; `next_step` says how a person is reached; `holding` is what a customer
    reads when a person will take over; `avoid` are words a reply must not hold, compared without case.
    """

    empathy: tuple[str, ...]
    next_step_public: tuple[str, ...]
    next_step_private: tuple[str, ...]
    thanks: tuple[str, ...]
    holding: tuple[str, ...]
    avoid: tuple[str, ...] = ()
    max_exclamation_marks: int = 1


class ChannelPolicy(Value):
    """How the brand uses one channel. `short` channels take `short` wording."""

    name: str
    enabled: bool = True
    default_visibility: Visibility = Visibility.PUBLIC


class QueuePolicy(Value):
    """Where work waits and how long it may: minutes until due, by urgency word (`low`, `medium`, `high`)."""

    name: str
    due_minutes: Mapping[str, int]


class QueueRules(Value):
    """Which queue takes a mention: the first of sensitivity, stance, topic, tier that is listed; else `default`."""

    queues: tuple[QueuePolicy, ...]
    by_sensitivity: Mapping[Sensitivity, str] = Field(default_factory=dict)
    by_topic: Mapping[str, str] = Field(default_factory=dict)
    default: str


class AutomationPolicy(Value):
    """What may be answered automatically, and how sure the assistant must be.

    Thresholds are inclusive and in [0, 1]. `channels` empty means every enabled channel. `max_followers` sends bigger
    accounts to review. Nothing goes out without a certificate that proves an error rate of at most `alpha` with
    confidence 1 - `delta`.
    """

    alpha: float = Field(default=0.05, gt=0, lt=1)
    delta: float = Field(default=0.10, gt=0, lt=1)
    intents: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    min_intent_confidence: float = Field(ge=0, le=1)
    min_in_scope_confidence: float = Field(ge=0, le=1)
    min_answerable: float = Field(ge=0, le=1)
    min_respond_confidence: float = Field(default=0.5, ge=0, le=1)
    min_stance_confidence: float = Field(default=0.5, ge=0, le=1)
    min_send_score: float = Field(default=0.0, ge=0, le=1)
    max_followers: int | None = None


class Brand(Value):
    """Who speaks. `languages` are identified, `answers_in` are answered by the assistant; hosts may be linked to.

    A question that names one of the `competitors` is never answered without a person's look.
    """

    id: str
    name: str
    handles: tuple[str, ...] = ()
    site_hosts: tuple[str, ...] = ()
    competitors: tuple[str, ...] = ()
    time_zone: str
    languages: tuple[str, ...] = Field(min_length=1)
    answers_in: tuple[str, ...] = Field(min_length=1)
    disclosure: Mapping[str, Disclosure]
    voice: Voice


class Pack(Value):
    """Everything one brand authored, validated; `fingerprint` is a content hash of all of it."""

    brand: Brand
    intents: tuple[Intent, ...]
    out_of_scope: tuple[str, ...]
    channels: tuple[ChannelPolicy, ...]
    queues: QueueRules
    automation: AutomationPolicy
    articles: tuple[Article, ...]
    fingerprint: str

    def intent(self, intent_id: str | None) -> Intent | None:
        """The intent of that id, or None."""
        return next((intent for intent in self.intents if intent.id == intent_id), None)

    def channel(self, name: str) -> ChannelPolicy | None:
        """The channel of that name, or None where the brand doesn't use it."""
        return next((channel for channel in self.channels if channel.name == name), None)


NO_REPLY_STANCES = frozenset({Stance.SPAM, Stance.TROLL, Stance.ABUSE, Stance.RAGER, Stance.BYSTANDER})
"""Stances that want no answer from the brand."""
