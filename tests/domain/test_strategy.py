"""The first rule that fits names the strategy; risk promotes, and never the other way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.routing import Route
from assistant.domain.strategy import LADDER, Served, Strategy, StrategyPolicy, StrategyRule, SupportTier, served
from assistant.domain.vocabulary import Decision, Reason, Visibility

POLICY = StrategyPolicy(
    rules=(
        StrategyRule(strategy=Strategy.FORMAL, topics=("loyalty",), visibility=Visibility.PUBLIC, why="account"),
        StrategyRule(strategy=Strategy.PEER, channels=("forum",), why="others know"),
        StrategyRule(strategy=Strategy.AUTOMATED, intents=("bag_size",), why="policy"),
    ),
    expert_queues=("legal",),
)


def choose(
    decision: Decision = Decision.AUTO_REPLY,
    *,
    intent: str | None = "bag_size",
    topic: str | None = "baggage",
    channel: str = "x",
    visibility: Visibility = Visibility.PUBLIC,
    queue: str = "care",
) -> Served:
    reasons = () if decision is Decision.AUTO_REPLY else (Reason.ANGRY,)
    route = Route(decision=decision, reasons=reasons, queue=queue, due_at=None, slice="b/x/none")
    return served(POLICY, route, intent=intent, topic=topic, channel=channel, visibility=visibility)


@pytest.mark.parametrize(
    ("chosen", "strategy", "tier"),
    [
        (choose(), Strategy.AUTOMATED, SupportTier.AUTOMATED),
        (choose(Decision.REVIEW), Strategy.AUTOMATED, SupportTier.SOCIAL_AGENT),
        (choose(Decision.HANDOFF, queue="legal"), Strategy.AUTOMATED, SupportTier.EXPERT),
        (choose(topic="loyalty"), Strategy.FORMAL, SupportTier.SELF_SERVE),
        (choose(topic="loyalty", visibility=Visibility.PRIVATE), Strategy.AUTOMATED, SupportTier.AUTOMATED),
        (choose(channel="forum"), Strategy.PEER, SupportTier.PEER),
        (choose(intent="other"), Strategy.EMPLOYEE, SupportTier.SOCIAL_AGENT),
    ],
)
def test_the_first_rule_that_fits_counts(chosen: Served, strategy: Strategy, tier: SupportTier) -> None:
    assert (chosen.strategy, chosen.tier) == (strategy, tier)


def test_a_promotion_is_explained() -> None:
    assert choose(Decision.HANDOFF, queue="legal").promoted == ("The decision is HANDOFF.", "legal is experts' work.")
    assert choose().promoted == ()


@given(
    topic=st.sampled_from(["baggage", "loyalty", None]),
    channel=st.sampled_from(["x", "forum"]),
    queue=st.sampled_from(["care", "legal"]),
)
def test_more_scrutiny_never_means_a_lower_tier(topic: str | None, channel: str, queue: str) -> None:
    tiers = [
        choose(each, topic=topic, channel=channel, queue=queue).tier
        for each in (Decision.AUTO_REPLY, Decision.REVIEW, Decision.HANDOFF)
    ]
    assert tiers == sorted(tiers, key=LADDER.index)
