"""Who should settle a kind of request: the formal channel, an employee, peers, the machine; and on which tier. Pure."""

from collections.abc import Mapping, Sequence
from enum import StrEnum

from assistant.domain.routing import Route
from assistant.domain.value import Value
from assistant.domain.vocabulary import Decision, Visibility


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


class StrategyRule(Value):
    """This strategy for these topics or intents, channels and visibility (empty: any); the first that fits counts."""

    strategy: Strategy
    why: str
    intents: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    visibility: Visibility | None = None


class StrategyPolicy(Value):
    """The brand's rules in order, and which queues are experts' work."""

    rules: tuple[StrategyRule, ...] = ()
    expert_queues: tuple[str, ...] = ()


class Served(Value):
    """What was chosen for one mention, and why; `promoted` are the reasons it went above its strategy's own tier."""

    strategy: Strategy
    tier: SupportTier
    why: str
    promoted: tuple[str, ...] = ()


_OWN_TIER: Mapping[Strategy, SupportTier] = {
    Strategy.FORMAL: SupportTier.SELF_SERVE,
    Strategy.PEER: SupportTier.PEER,
    Strategy.AUTOMATED: SupportTier.AUTOMATED,
    Strategy.EMPLOYEE: SupportTier.SOCIAL_AGENT,
}


def served(
    policy: StrategyPolicy, route: Route, *, intent: str | None, topic: str | None, channel: str, visibility: Visibility
) -> Served:
    """The strategy of the first rule that fits, promoted as far as the route asks: risk goes up, never down."""
    rule = next((each for each in policy.rules if _fits(each, intent, topic, channel, visibility)), None)
    strategy = rule.strategy if rule else Strategy.EMPLOYEE
    asked = _asked(policy, route)
    own = _OWN_TIER[strategy]
    tier = max((own, *(tier for tier, _ in asked)), key=LADDER.index)
    return Served(
        strategy=strategy,
        tier=tier,
        why=rule.why if rule else "No rule of the brand fits, so a person of ours serves.",
        promoted=tuple(why for asked_tier, why in asked if LADDER.index(asked_tier) > LADDER.index(own)),
    )


def _asked(policy: StrategyPolicy, route: Route) -> Sequence[tuple[SupportTier, str]]:
    asked: list[tuple[SupportTier, str]] = []
    if route.decision in {Decision.REVIEW, Decision.HANDOFF}:
        asked.append((SupportTier.SOCIAL_AGENT, f"The decision is {route.decision.value}."))
        if route.queue in policy.expert_queues:
            asked.append((SupportTier.EXPERT, f"{route.queue.replace('_', ' ')} is experts' work."))
    return asked


def _fits(rule: StrategyRule, intent: str | None, topic: str | None, channel: str, visibility: Visibility) -> bool:
    about = (not rule.intents and not rule.topics) or intent in rule.intents or topic in rule.topics
    where = not rule.channels or channel in rule.channels
    return about and where and rule.visibility in {None, visibility}
