"""Whose turn it is: urgent first, and nobody waits for ever."""

from datetime import timedelta
from itertools import chain

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.precedence import RANKS, SILENT, URGENT, Waiting, next_ones, place_in_line, rank_of
from assistant.domain.vocabulary import Sensitivity, Urgency
from tests.desk_builders import NOW, make_understanding

LINES = st.dictionaries(st.sampled_from([1, 2, 3, 4]), st.integers(0, 30), max_size=4)
MINUTE = timedelta(minutes=1)


def line(rank: int, count: int) -> list[Waiting]:
    """One came every second, of each rank."""
    return [Waiting(10 * place + rank, NOW + timedelta(seconds=place)) for place in range(count)]


@given(LINES, st.integers(1, 40), st.integers(0, 30), st.booleans())
def test_places_go_by_rank_but_for_a_quarter_of_the_overdue(
    counts: dict[int, int], limit: int, late_s: int, urgent_only: bool
) -> None:
    waiting = {rank: line(rank, count) for rank, count in counts.items()}
    overdue = NOW + timedelta(seconds=late_s)
    turns = next_ones(waiting, limit, overdue=overdue, urgent_only=urgent_only)
    since = {each.number: each.since for each in chain(*waiting.values())}
    aged = [number for number, by_age in turns.items() if by_age]
    by_rank = [number for number, by_age in turns.items() if not by_age]
    assert len(turns) <= limit
    assert all(since[number] < overdue for number in aged)
    assert len(aged) <= max(1, limit // 4)
    late = sorted(number for number, moment in since.items() if moment < overdue and number % 10 != URGENT)
    assert late[:1] == sorted(aged)[:1] or late[0] in turns
    if by_rank:
        worst = max(number % 10 for number in by_rank)
        assert not urgent_only or worst == URGENT
        assert all(each.number in turns for rank, of_rank in waiting.items() if rank < worst for each in of_rank)
    if not urgent_only:
        assert len(turns) == min(limit, len(since))


@given(st.integers(1, 16), st.integers(0, 30), st.booleans())
def test_however_many_urgent_ones_come_the_others_get_their_turn(limit: int, ahead: int, urgent_only: bool) -> None:
    calm, rounds, urgent = line(3, ahead + 1), 0, line(1, 16)
    while calm:
        rounds += 1
        turns = next_ones({1: urgent, 3: calm}, limit, overdue=NOW + MINUTE, urgent_only=urgent_only)
        calm = [each for each in calm if each.number not in turns]  # as many urgent ones as were taken up come anew
    assert rounds <= ahead + 1


def test_before_a_minute_is_over_the_urgent_have_every_place() -> None:
    waiting = {1: line(1, 3), 3: line(3, 3)}
    assert next_ones(waiting, 3, overdue=NOW, urgent_only=False) == {1: False, 11: False, 21: False}
    assert next_ones(waiting, 9, overdue=NOW, urgent_only=True) == {1: False, 11: False, 21: False}
    assert next_ones({}, 5, overdue=NOW, urgent_only=False) == {}


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
