"""Who should settle a kind of request: the formal channel, an employee, peers, the machine; and on which tier. Pure."""

from collections.abc import Collection, Sequence
from enum import StrEnum

from pydantic import Field

from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.domain.understanding import Understanding
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Reason, Sensitivity, Stance, Urgency, Visibility


class Strategy(StrEnum):
    """Four ways to serve: send to the formal channel, an employee, the customers' peers, or the machine."""

    FORMAL = "formal"
    EMPLOYEE = "employee"
    PEER = "peer"
    AUTOMATED = "automated"


class SupportTier(StrEnum):
    """Five tiers, the cheapest first; `LADDER` is their order."""

    SELF_SERVE = "self_serve"
    PEER = "peer"
    AUTOMATED = "automated"
    SOCIAL_AGENT = "social_agent"
    EXPERT = "expert"


LADDER = tuple(SupportTier)


class Happened(StrEnum):
    """What may happen to a conversation after its strategy was chosen."""

    PEERS_FAILED = "peers_failed"
    REOPENED = "reopened"
    PROMISE_BROKEN = "promise_broken"


class StrategyRule(Value):
    """This strategy for these topics or intents, channels and visibility (empty: any); the first that fits counts.

    `link` is where the formal channel is: the next step of whoever sends a customer there.
    """

    strategy: Strategy
    why: str
    intents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    visibility: Visibility | None = None
    link: str = ""

    def fits(self, *, intent: str | None, topic: str | None, mention: Mention) -> bool:
        about = (not self.intents and not self.topics) or intent in self.intents or topic in self.topics
        where = not self.channels or mention.channel in self.channels
        return about and where and self.visibility in {None, mention.visibility}


class Promotion(Value):
    """Whoever fits is served on tier `to` at least, and by `strategy` from then on where one is named.

    What is listed must fit; what is empty lets everything through. `strategies` are those it takes over from.
    """

    to: SupportTier
    why: str
    strategy: Strategy | None = None
    strategies: tuple[Strategy, ...] = ()
    decisions: tuple[Decision, ...] = ()
    reasons: tuple[Reason, ...] = ()
    queues: tuple[str, ...] = ()
    stances: tuple[Stance, ...] = ()
    sensitivity: tuple[Sensitivity, ...] = ()
    urgency: tuple[Urgency, ...] = ()
    min_followers: int | None = Field(default=None, ge=0)
    happened: tuple[Happened, ...] = ()


class PeerPolicy(Value):
    """How long an invited customer has, and how many open invitations one of them gets.

    They never get more than half of the time the asking customer was promised an answer in.
    """

    wait_minutes: int = Field(default=30, ge=5, le=1440)
    max_open: int = Field(default=1, ge=1, le=100)


_TO_PEOPLE = (Decision.REVIEW, Decision.HANDOFF)
PROMOTIONS = (
    Promotion(to=SupportTier.SOCIAL_AGENT, decisions=_TO_PEOPLE, why="The decision is a person's."),
    Promotion(to=SupportTier.SOCIAL_AGENT, happened=(Happened.PEERS_FAILED,), why="No customer could answer it."),
)
"""What holds where a brand writes no promotions: peers are never asked, risk only ever promotes."""


class StrategyPolicy(Value):
    """The brand's rules in order, and what promotes: from one strategy to another, from tier to tier."""

    rules: tuple[StrategyRule, ...] = ()
    promotions: tuple[Promotion, ...] = PROMOTIONS
    peer: PeerPolicy = PeerPolicy()

    @property
    def asks_peers(self) -> bool:
        """Whether any rule sends questions to other customers."""
        return any(each.strategy is Strategy.PEER for each in self.rules)

    def rule_for(self, read: Understanding | None, mention: Mention) -> StrategyRule | None:
        """The first rule that fits; None where the brand wrote none."""
        intent = read.intent if read and read.in_scope else None
        topic = read.situation.topic if read else None
        return next((each for each in self.rules if each.fits(intent=intent, topic=topic, mention=mention)), None)


class Served(Value):
    """What was chosen for one mention, and why; `promoted` are the reasons it went above its strategy's own tier.

    `chosen` is the strategy of the brand's rule, `strategy` the one that serves after promotions.
    """

    strategy: Strategy
    tier: SupportTier
    why: str
    chosen: Strategy
    promoted: tuple[str, ...] = ()
    link: str = ""


_OWN_TIER = {
    Strategy.FORMAL: SupportTier.SELF_SERVE,
    Strategy.PEER: SupportTier.PEER,
    Strategy.AUTOMATED: SupportTier.AUTOMATED,
    Strategy.EMPLOYEE: SupportTier.SOCIAL_AGENT,
}
_NO_RULE = "No rule of the brand fits, so a person of ours serves."


def served(policy: StrategyPolicy, turn: Turn, *, happened: Collection[Happened] = ()) -> Served:
    """The strategy of the first rule that fits, promoted as far as the brand's promotions say: up, never down.

    The machine serves on its own tier only: what a person decides is an employee's, whatever the rule chose.
    """
    rule = policy.rule_for(turn.understanding, turn.mention)
    chosen = rule.strategy if rule else Strategy.EMPLOYEE
    asked = [each for each in policy.promotions if _fits(each, turn, chosen, happened)]
    own = _OWN_TIER[chosen]
    above = [each for each in asked if LADDER.index(each.to) > LADDER.index(own)]
    highest = max(above, key=lambda each: LADDER.index(each.to), default=None)
    named = next((each.strategy for each in _highest_first(above) if each.strategy), None)
    tier = highest.to if highest else own
    serves = named or chosen
    if serves is Strategy.AUTOMATED and (tier is not own or turn.route.decision in _TO_PEOPLE):
        serves, tier = Strategy.EMPLOYEE, max(tier, _OWN_TIER[Strategy.EMPLOYEE], key=LADDER.index)
    return Served(
        strategy=serves,
        tier=tier,
        why=rule.why if rule else _NO_RULE,
        chosen=chosen,
        promoted=tuple(dict.fromkeys(each.why for each in above)),
        link=rule.link if rule else "",
    )


def _highest_first(promotions: Sequence[Promotion]) -> Sequence[Promotion]:
    return sorted(promotions, key=lambda each: -LADDER.index(each.to))


def _fits(promotion: Promotion, turn: Turn, chosen: Strategy, happened: Collection[Happened]) -> bool:
    route, read = turn.route, turn.understanding
    return all(
        (
            _among(promotion.strategies, [chosen]),
            _among(promotion.decisions, [route.decision]),
            _among(promotion.reasons, route.reasons),
            _among(promotion.queues, [route.queue] if route.decision in _TO_PEOPLE else []),
            _among(promotion.stances, [read.stance] if read else []),
            _among(promotion.sensitivity, read.sensitive if read else []),
            _among(promotion.urgency, [read.urgency] if read else []),
            promotion.min_followers is None or (turn.mention.author.followers or 0) >= promotion.min_followers,
            _among(promotion.happened, happened),
        )
    )


def _among(listed: Sequence[object], found: Collection[object]) -> bool:
    return not listed or any(each in listed for each in found)
