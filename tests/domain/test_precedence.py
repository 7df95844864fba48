"""Whose turn it is: urgent first, and nobody waits for ever."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.precedence import RANKS, SILENT, URGENT, next_ones, place_in_line, rank_of
from assistant.domain.vocabulary import Sensitivity, Urgency
from tests.desk_builders import NOW, make_understanding

LINES = st.dictionaries(st.sampled_from([1, 2, 3, 4]), st.integers(0, 30), max_size=4)


def lines(counts: dict[int, int]) -> dict[int, list[int]]:
    """Numbers of each rank, mixed in age."""
    return {rank: [10 * place + rank for place in range(count)] for rank, count in counts.items()}


@given(LINES, st.integers(2, 40))
def test_most_places_go_by_rank_and_some_to_the_oldest(counts: dict[int, int], limit: int) -> None:
    waiting = lines(counts)
    turns = next_ones(waiting, limit)
    everybody = sorted(number for line in waiting.values() for number in line)
    assert len(turns) == min(limit, len(everybody))
    assert set(turns) <= set(everybody)
    if len(everybody) > limit:
        by_rank = [number for number, by_age in turns.items() if not by_age]
        assert len(by_rank) == limit - max(1, limit // 4)
        assert everybody[0] in turns
        worst = max(number % 10 for number in by_rank)
        assert all(number in turns for rank, line in waiting.items() if rank < worst for number in line)


@given(st.integers(2, 16), st.integers(0, 30))
def test_however_many_urgent_ones_come_the_others_get_their_turn(limit: int, ahead: int) -> None:
    calm, urgent = list(range(ahead + 1)), list(range(1000, 1000 + limit))
    rounds = 0
    while calm:
        rounds += 1
        turns = next_ones({1: urgent, 3: calm}, limit)
        calm = [number for number in calm if number not in turns]
        urgent = [number + limit for number in urgent]  # as many as can be taken up come anew
    assert rounds <= ahead + 1


def test_a_lone_place_goes_to_the_most_urgent() -> None:
    assert next_ones({1: [7], 3: [1]}, 1) == {7: False}
    assert next_ones({}, 5) == {}


def test_what_is_sensitive_or_unreadable_goes_with_the_urgent_and_the_silent_last() -> None:
    assert rank_of(None) == URGENT
    assert rank_of(make_understanding(urgency=Urgency.LOW, sensitivity=(Sensitivity.MEDICAL,))) == URGENT
    assert [rank_of(make_understanding(urgency=urgency)) for urgency in RANKS] == [1, 2, 3]
    assert rank_of(make_understanding().model_copy(update={"respond": False})) == SILENT


def test_patience_ends() -> None:
    calm = place_in_line(RANKS[Urgency.LOW], NOW)
    assert calm > place_in_line(URGENT, NOW)
    assert calm < place_in_line(URGENT, NOW + timedelta(minutes=3))
    assert place_in_line(RANKS[Urgency.LOW], NOW, by_age=True) == place_in_line(URGENT, NOW)
    assert place_in_line(URGENT, NOW.replace(year=2020)) == 1
