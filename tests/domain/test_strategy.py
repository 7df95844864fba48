"""The first rule that fits names the strategy; the brand's promotions raise it, and never the other way."""

from collections.abc import Collection

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.strategy import (
    LADDER,
    PROMOTIONS,
    Happened,
    Promotion,
    Served,
    Strategy,
    StrategyPolicy,
    StrategyRule,
    SupportTier,
    served,
)
from assistant.domain.understanding import Situation
from assistant.domain.vocabulary import Decision, Reason, Stance, Urgency, Visibility
from tests.desk_builders import make_mention, make_turn, make_understanding

POLICY = StrategyPolicy(
    rules=(
        StrategyRule(strategy=Strategy.FORMAL, topics=("loyalty",), visibility=Visibility.PUBLIC, why="account"),
        StrategyRule(strategy=Strategy.PEER, channels=("forum",), why="others know"),
        StrategyRule(strategy=Strategy.AUTOMATED, intents=("bag_size",), why="policy"),
    ),
    promotions=(
        Promotion(
            to=SupportTier.SOCIAL_AGENT,
            strategies=(Strategy.FORMAL, Strategy.AUTOMATED),
            decisions=(Decision.REVIEW, Decision.HANDOFF),
            why="a person's",
        ),
        Promotion(
            to=SupportTier.SOCIAL_AGENT,
            strategies=(Strategy.PEER,),
            strategy=Strategy.EMPLOYEE,
            stances=(Stance.COMPLAINT,),
            why="upset",
        ),
        Promotion(to=SupportTier.EXPERT, queues=("legal",), why="experts' work"),
        Promotion(to=SupportTier.EXPERT, reasons=(Reason.HIGH_REACH,), min_followers=10_000, why="famous"),
        Promotion(to=SupportTier.EXPERT, happened=(Happened.REOPENED,), why="not solved"),
        Promotion(to=SupportTier.SOCIAL_AGENT, urgency=(Urgency.HIGH,), why="no time"),
    ),
)


def choose(
    decision: Decision = Decision.AUTO_REPLY,
    *,
    policy: StrategyPolicy = POLICY,
    intent: str = "bag_size",
    topic: str | None = "baggage",
    channel: str = "x",
    visibility: Visibility = Visibility.PUBLIC,
    queue: str = "care",
    stance: Stance = Stance.QUESTION,
    urgency: Urgency = Urgency.MEDIUM,
    happened: Collection[Happened] = (),
) -> Served:
    turn = make_turn(make_mention(channel=channel, visibility=visibility), decision, queue=queue)
    told = {"intent": intent, "situation": Situation(topic=topic), "stance": stance, "urgency": urgency}
    read = make_understanding().model_copy(update=told)
    return served(policy, turn.model_copy(update={"understanding": read}), happened=happened)


@pytest.mark.parametrize(
    ("chosen", "strategy", "tier"),
    [
        (choose(), Strategy.AUTOMATED, SupportTier.AUTOMATED),
        (choose(Decision.REVIEW), Strategy.EMPLOYEE, SupportTier.SOCIAL_AGENT),
        (choose(Decision.HANDOFF, queue="legal"), Strategy.EMPLOYEE, SupportTier.EXPERT),
        (choose(topic="loyalty"), Strategy.FORMAL, SupportTier.SELF_SERVE),
        (choose(topic="loyalty", visibility=Visibility.PRIVATE), Strategy.AUTOMATED, SupportTier.AUTOMATED),
        (choose(channel="forum"), Strategy.PEER, SupportTier.PEER),
        (choose(Decision.HANDOFF, channel="forum"), Strategy.PEER, SupportTier.PEER),
        (choose(channel="forum", stance=Stance.COMPLAINT), Strategy.EMPLOYEE, SupportTier.SOCIAL_AGENT),
        (choose(channel="forum", urgency=Urgency.HIGH), Strategy.PEER, SupportTier.SOCIAL_AGENT),
        (choose(happened=[Happened.REOPENED]), Strategy.EMPLOYEE, SupportTier.EXPERT),
        (choose(intent="other"), Strategy.EMPLOYEE, SupportTier.SOCIAL_AGENT),
    ],
)
def test_the_first_rule_that_fits_counts_and_promotions_raise_it(
    chosen: Served, strategy: Strategy, tier: SupportTier
) -> None:
    assert (chosen.strategy, chosen.tier) == (strategy, tier)


@pytest.mark.parametrize("decision", [Decision.REVIEW, Decision.HANDOFF])
def test_the_machine_never_serves_what_a_person_decides(decision: Decision) -> None:
    silent = POLICY.model_copy(update={"promotions": ()})
    found = choose(decision, policy=silent)
    assert (found.strategy, found.tier, found.chosen) == (
        Strategy.EMPLOYEE,
        SupportTier.SOCIAL_AGENT,
        Strategy.AUTOMATED,
    )


def test_a_promotion_is_explained_and_what_the_brand_chose_stays_readable() -> None:
    assert choose(Decision.HANDOFF, queue="legal").promoted == ("a person's", "experts' work")
    assert choose().promoted == ()
    assert choose(channel="forum", stance=Stance.COMPLAINT).chosen is Strategy.PEER


def test_every_condition_of_a_row_must_fit() -> None:
    famous = make_mention().model_copy(
        update={"author": make_mention().author.model_copy(update={"followers": 20_000})}
    )
    turn = make_turn(famous, Decision.REVIEW)
    assert served(POLICY, turn).tier is SupportTier.SOCIAL_AGENT
    reached = turn.model_copy(update={"route": turn.route.model_copy(update={"reasons": (Reason.HIGH_REACH,)})})
    assert served(POLICY, reached).tier is SupportTier.EXPERT


def test_without_promotions_of_its_own_a_brand_asks_no_customer_for_what_a_person_should_answer() -> None:
    plain = POLICY.model_copy(update={"promotions": PROMOTIONS})
    assert choose(Decision.REVIEW, policy=plain, channel="forum").tier is SupportTier.SOCIAL_AGENT
    failed = choose(policy=plain, channel="forum", happened=[Happened.PEERS_FAILED])
    assert failed.tier is SupportTier.SOCIAL_AGENT


@given(
    topic=st.sampled_from(["baggage", "loyalty", None]),
    channel=st.sampled_from(["x", "forum"]),
    queue=st.sampled_from(["care", "legal"]),
    happened=st.sets(st.sampled_from(Happened)),
)
def test_more_scrutiny_and_more_trouble_never_mean_a_lower_tier(
    topic: str | None, channel: str, queue: str, happened: set[Happened]
) -> None:
    decisions = (Decision.AUTO_REPLY, Decision.REVIEW, Decision.HANDOFF)
    calm = [choose(each, topic=topic, channel=channel, queue=queue).tier for each in decisions]
    tiers = [choose(each, topic=topic, channel=channel, queue=queue, happened=happened).tier for each in decisions]
    assert calm == sorted(calm, key=LADDER.index)
    assert tiers == sorted(tiers, key=LADDER.index)
    assert all(LADDER.index(now) >= LADDER.index(before) for before, now in zip(calm, tiers, strict=True))
