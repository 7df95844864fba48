"""Worlds in which everybody is served alike stay quiet; worlds that favour the loud are found."""

import random

import pytest

from assistant.domain.fairness import GoodwillPolicy, GoodwillRule, Treatment, assess

CASES = {"lost_bag": 90.0, "bag_size": 20.0, "refund": 240.0}


def world(seed: int, *, public_share: float = 1.0, famous_share: float = 1.0, tipped: bool = False) -> list[Treatment]:
    """400 customers; waiting depends on the case, and the loud wait that share of it."""
    dice = random.Random(seed)  # noqa: S311
    served = []
    for _ in range(400):
        case = dice.choice(list(CASES))
        public, famous = dice.random() < (0.7 if case == "bag_size" else 0.3), dice.random() < 0.15
        wait = CASES[case] * dice.expovariate(1) * (public_share if public else 1) * (famous_share if famous else 1)
        offered = 25.0 if case == "lost_bag" else 0.0
        offered = 50.0 if tipped and famous and case == "lost_bag" else offered
        followers = 50_000 if famous else dice.choice([None, 0, 200])
        served.append(Treatment(case=case, public=public, followers=followers, wait_minutes=wait, offered=offered))
    return served


def alarms(treatments: list[Treatment]) -> set[tuple[str, str]]:
    return {(gap.group, gap.measure) for gap in assess(treatments).gaps if gap.alert}


def test_fair_worlds_stay_quiet_although_the_public_asks_easier_questions() -> None:
    assert sum(bool(alarms(world(seed))) for seed in range(60)) <= 3


@pytest.mark.parametrize("seed", range(8))
def test_who_is_loud_and_faster_is_found(seed: int) -> None:
    assert ("public", "faster") in alarms(world(seed, public_share=0.5))
    assert ("famous", "faster") in alarms(world(seed, famous_share=0.35))


def test_the_reverse_is_no_alarm() -> None:
    assert alarms(world(1, public_share=3.0)) == set()


def test_a_better_offer_for_the_famous_is_found_and_the_case_named() -> None:
    seen = assess(world(3, tipped=True))
    assert seen.unequal_offers == ("lost_bag",)
    assert ("famous", "better_offer") in alarms(world(3, tipped=True))
    assert assess(world(3)).unequal_offers == ()


def test_few_customers_say_nothing() -> None:
    seen = assess(world(1)[:12])
    assert {gap.share for gap in seen.gaps if min(gap.favoured, gap.others) < 10} == {None}
    assert not assess([]).alert


def test_the_first_rule_that_fits_counts_and_no_table_allows_all() -> None:
    bag = GoodwillRule(why="bag", topics=("baggage",), offer="fee")
    rest = GoodwillRule(why="none")
    table = GoodwillPolicy(rules=(bag, rest))
    assert table.rule_for(intent="lost_bag", topic="baggage") == bag
    assert table.allows("fee", intent="lost_bag", topic="baggage")
    assert not table.allows("fee", intent="refund", topic="booking")
    assert not table.allows("voucher", intent="lost_bag", topic="baggage")
    assert GoodwillPolicy().allows("fee", intent=None, topic=None)
