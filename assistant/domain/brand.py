"""What a brand authors besides articles: voice, disclosure, channels, intents and what may be automated."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from typing import Annotated
from zoneinfo import ZoneInfo

from pydantic import Field

from assistant.domain.agents import OnCall
from assistant.domain.automation import Step
from assistant.domain.calendars import CalendarRules
from assistant.domain.commitments import Offer
from assistant.domain.fairness import GoodwillPolicy
from assistant.domain.follow_up import FollowUpPolicy
from assistant.domain.incident import Incident
from assistant.domain.knowledge import Article
from assistant.domain.networks import NETWORKS
from assistant.domain.sources import KnowledgeSource
from assistant.domain.strategy import StrategyPolicy
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience, DraftMode, Sensitivity, Stance, Tier, Visibility


class Intent(Value):
    """Something customers ask for. `examples` are whole messages as customers write them.

    `mood`: venting or cheer without a matter. Recognising it is no sign that an answer is wanted.
    """

    id: str
    topic: str
    name: str
    tier: Tier
    mood: bool = False
    examples: tuple[str, ...] = Field(min_length=1)


class Disclosure(Value):
    """How the brand says that a machine wrote, in one language; `short` for channels of 500 characters or less.

    `assisted_short` and `assisted_long` stand where a person changed the machine's text; the others where they are
    empty. `answer` is what a customer reads who asks whether a machine is answering; `long` where it is empty.
    """

    short: str
    long: str
    assisted_short: str = ""
    assisted_long: str = ""
    answer: str = ""

    @property
    def wordings(self) -> tuple[str, ...]:
        """Everything that may stand in a reply, the longer ones first where one holds another."""
        return (self.assisted_long, self.assisted_short, self.long, self.short)


class Voice(Value):
    """Wording the drafter may add around an answer, by situation. Every list holds interchangeable variants.

    `empathy` opens an answer to someone upset, `empathy_for` where the intent has that topic; `closing_questions` end
    an answer in private that nobody has to take further; `next_step` says how a person is reached; `holding` is what a
    customer reads when a person will take over, `holding_closed` the same while nobody is there (`{opens}`: when
    somebody is), `exposed` one who shows personal data in public; `ask_solved` asks once after a fix whether it is
    solved, `invite_update` invites who says yes to update a public post, and without either nobody is asked or invited;
    `invite_peer` asks another customer by name (`{advocate}`), `thank_peer` thanks them for an answer that held,
    `correct_peer` opens a draft that puts one right without naming them;
    `via` signs what a registered employee writes under the brand's account;
    `avoid` are words a reply must not hold, compared without case. `sign_off` ends a draft, by language and in it by
    channel, else by `short` (channels of 500 characters or less) or `long`; where none is named there is none.
    """

    empathy: tuple[str, ...]
    next_step_public: tuple[str, ...]
    next_step_private: tuple[str, ...]
    thanks: tuple[str, ...]
    holding: tuple[str, ...]
    empathy_for: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    closing_questions: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    holding_closed: tuple[str, ...] = ()
    ask_solved: tuple[str, ...] = ()
    invite_update: tuple[str, ...] = ()
    invite_peer: tuple[str, ...] = ()
    thank_peer: tuple[str, ...] = ()
    correct_peer: tuple[str, ...] = ()
    via: str = "via {agent}"
    avoid: tuple[str, ...] = ()
    sign_off: Mapping[str, Mapping[str, str]] = Field(default_factory=dict)
    max_exclamation_marks: int = 1
    max_hashtags: int = 0
    max_emoji: int = 1


class Connection(Value):
    """How a channel reaches its network; secrets stand in the environment, never here.

    `approval` refers to the network's written approval of automated answers, where it wants one.
    """

    kind: str
    approval: str = ""
    settings: Mapping[str, str | int | bool] = Field(default_factory=dict)


_WORD = r"^[a-z0-9]{0,30}$"


class ChannelPolicy(Value):
    """How the brand uses one channel. `short` channels take `short` wording; without `connect` it isn't connected.

    `mode` is the brand's own where it is None. `reply_window_minutes`: how long after a message the network lets us
    answer. `max_parts`: of how many posts one answer may be made where it is longer than one takes. `region` and
    `product`: what its readers live in and write about; articles may be for some of these only.
    """

    name: str
    enabled: bool = True
    default_visibility: Visibility = Visibility.PUBLIC
    mode: DraftMode | None = None
    reply_window_minutes: int | None = Field(default=None, ge=1)
    max_parts: int = Field(default=1, ge=1, le=10)
    region: str = Field(default="", pattern=_WORD)
    product: str = Field(default="", pattern=_WORD)
    connect: Connection | None = None


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
    confidence 1 - `delta`. In public, a channel reads the same words once in `same_words_minutes` (0 sets no limit),
    and a thread once a day; all channels together read at most `max_alike_in_a_day` replies that are nearly the same
    (None sets no limit). `charts` name the triage charts that every route passes, the brand's own first; they only ever
    raise scrutiny. What rests on an article that changed or came in less than `quarantine_days` ago goes to review.
    An automatic answer leaves when its author has been quiet for `quiet_seconds`: who writes on gets one answer to all.
    `hold_souring`: a topic that suddenly upsets many is held until somebody releases it.
    `audit_share` of what would be sent goes to people first, half of it without the draft; `audit_shares` by slice
    without the brand, such as `private/self_serve`. `ramp_start` is where a slice stands before anybody moves it.
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
    same_words_minutes: int = Field(default=0, ge=0)
    max_alike_in_a_day: int | None = Field(default=None, ge=1)
    quiet_seconds: int = Field(default=0, ge=0, le=120)
    charts: tuple[str, ...] = ()
    quarantine_days: int = Field(default=0, ge=0)
    hold_souring: bool = True
    audit_share: float = Field(default=0.10, ge=0, le=1)
    audit_shares: Mapping[str, Annotated[float, Field(ge=0, le=1)]] = Field(default_factory=dict)
    ramp_start: Step = Step.ALL

    def audited(self, slice_: str) -> float:
        """The share of a slice that is audited; a slice is named with its brand."""
        return self.audit_shares.get(slice_.partition("/")[2], self.audit_share)


class Grounding(Value):
    """From which score on a sentence of this brand's counts as supported, and what that was fitted on."""

    threshold: float = Field(ge=0, le=1)
    fitted_on: str = Field(min_length=1)


class Brand(Value):
    """Who speaks. `languages` are identified, `answers_in` are answered by the assistant; hosts may be linked to.

    In private, a machine says so again where the thread lay still for `disclosure_lapse_hours`.
    A question that names one of the `competitors` is never answered without a person's look. Without a
    `grounding` of its own (`assistant grounding`) the general threshold holds, which was fitted on other texts.
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
    mode: DraftMode = DraftMode.MODEL
    disclosure_lapse_hours: float = Field(default=24.0, gt=0)
    grounding: Grounding | None = None

    def local(self, at: datetime) -> datetime:
        """That moment by the clock on the brand's wall."""
        return at.astimezone(ZoneInfo(self.time_zone))

    def day(self, at: datetime) -> date:
        """The brand's own day, on which articles and offers begin and end to hold."""
        return self.local(at).date()


class Pack(Value):
    """Everything one brand authored, validated; `fingerprint` is a content hash of all of it."""

    brand: Brand
    intents: tuple[Intent, ...]
    out_of_scope: tuple[str, ...]
    channels: tuple[ChannelPolicy, ...]
    queues: QueueRules
    automation: AutomationPolicy
    articles: tuple[Article, ...]
    offers: tuple[Offer, ...] = ()
    incidents: tuple[Incident, ...] = ()
    sources: tuple[KnowledgeSource, ...] = ()
    calendars: CalendarRules = CalendarRules()
    on_call: OnCall = OnCall()
    strategies: StrategyPolicy = StrategyPolicy()
    follow_up: FollowUpPolicy = FollowUpPolicy()
    goodwill: GoodwillPolicy = GoodwillPolicy()
    fingerprint: str

    def intent(self, intent_id: str | None) -> Intent | None:
        """The intent of that id, or None."""
        return self._intents_by_id.get(intent_id)

    @cached_property
    def _intents_by_id(self) -> Mapping[str | None, Intent]:
        return {intent.id: intent for intent in self.intents}

    def bears_out(self, intent_id: str | None, article_ids: Sequence[str]) -> bool:
        """Whether one of these articles was written for that intent: what is asked, and the answer found, agree."""
        return not self._written_for.get(intent_id, frozenset()).isdisjoint(article_ids)

    @cached_property
    def _written_for(self) -> Mapping[str | None, frozenset[str]]:
        wanted = {intent for article in self.articles for intent in article.intents}
        return {
            intent: frozenset(article.id for article in self.articles if intent in article.intents) for intent in wanted
        }

    def only_thanks(self, article: Article) -> bool:
        """Whether nothing but praise is met by the article: it answers no question."""
        return bool(article.intents) and self.thanked.issuperset(article.intents)

    @cached_property
    def thanked(self) -> frozenset[str]:
        """The intents that a thank-you settles."""
        return frozenset(intent.id for intent in self.intents if intent.tier is Tier.THANKS)

    def mode_of(self, channel: str) -> DraftMode:
        """How freely drafts for that channel may be worded."""
        policy = self.channel(channel)
        return policy.mode if policy and policy.mode else self.brand.mode

    def network_of(self, channel: str) -> str:
        """Which network's rules hold on that channel: the connected one's, else that of its name."""
        policy = self.channel(channel)
        return policy.connect.kind if policy and policy.connect else channel

    def most_parts(self, channel: str, *, automated: bool) -> int:
        """Of how many posts one answer may be made there: as many as the brand allows, where the network does."""
        policy, network = self.channel(channel), NETWORKS.get(self.network_of(channel))
        if policy is None or network is None:
            return 1
        return policy.max_parts if (network.machine_chains if automated else network.chains) else 1

    @cached_property
    def articles_by_id(self) -> Mapping[str, Article]:
        return {article.id: article for article in self.articles}

    @cached_property
    def told_in(self) -> frozenset[str]:
        """Languages of the articles that customers may be told."""
        return frozenset(
            article.language
            for article in self.articles
            if article.status is ArticleStatus.APPROVED and article.audience is not Audience.AGENTS
        )

    def channel(self, name: str) -> ChannelPolicy | None:
        """The channel of that name, or None where the brand doesn't use it."""
        return next((channel for channel in self.channels if channel.name == name), None)


NO_REPLY_STANCES = frozenset({Stance.SPAM, Stance.TROLL, Stance.ABUSE, Stance.RAGER, Stance.BYSTANDER})
"""Stances that want no answer from the brand."""
