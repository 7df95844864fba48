"""The command centre's verdicts: what is usual, what rises, how worried to be, how long people wait."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.centre import Band, Flow, Level, Rising
from assistant.insights.trends import band_of, rising_topics, verdict_of, waits_of
from tests.desk_builders import NOW

BAND = Band(low=0.5, usual=1, high=2, days=7)
ORDER = (Level.CALM, Level.WATCH, Level.CRISIS)
TOPICS = {"bag_size": "baggage", "bag_lost": "baggage", "refund": "money"}


def flow(intent: str, *, recent: int, before: int = 0, lately: int = 0, upset: bool = False) -> Flow:
    return Flow(
        intent=intent,
        sentiment="neutral",
        upset=upset,
        channel="x",
        recent=recent,
        lately=lately,
        talks=recent,
        before=before,
        last_at=NOW,
    )


def test_the_usual_needs_some_days_and_knows_the_hour() -> None:
    quiet = {NOW - timedelta(days=back): 60 for back in (1, 2)}
    assert band_of(quiet, now=NOW) is None
    steady = {NOW - timedelta(days=back, hours=shift): 120 for back in range(1, 8) for shift in (-1, 0, 1)}
    night = {NOW - timedelta(days=back, hours=9): 6000 for back in range(1, 8)}
    assert band_of(steady | night, now=NOW) == Band(low=2, usual=2, high=2, days=7)


def test_a_day_without_anything_counts_as_a_quiet_day() -> None:
    hours = {NOW - timedelta(days=back, hours=shift): 60 for back in (1, 3, 10) for shift in (-1, 0, 1)}
    band = band_of(hours, now=NOW)
    assert band is not None
    assert (band.low, band.usual, band.high, band.days) == (0, 0, 1, 10)


def test_topics_rise_only_beyond_chance() -> None:
    burst = [flow("bag_size", recent=20, before=10, upset=True), flow("bag_lost", recent=5, before=13)]
    steady = [flow("refund", recent=20, before=460)]
    baggage, money = rising_topics([*burst, *steady], TOPICS)
    assert (baggage.topic, baggage.recent, baggage.rising, baggage.velocity) == ("baggage", 25, True, 25.0)
    assert baggage.upset == 0.8
    assert (money.topic, money.rising, money.velocity) == ("money", False, 1.0)
    assert not rising_topics([flow("refund", recent=7)], TOPICS)[0].rising
    assert not rising_topics([flow("refund", recent=70)], TOPICS)[0].rising  # a desk that has just begun
    (fresh, _) = rising_topics([flow("refund", recent=70), flow("bag_size", recent=1, before=20)], TOPICS)
    assert fresh.rising
    assert verdict_of([1] * 60, BAND, [fresh]).why == ("money: 70 in the last hour, none in the day before",)
    assert rising_topics([flow("refund", recent=0, before=9), flow("", recent=50)], TOPICS) == ()


def test_a_storm_of_the_last_minutes_sours_before_the_hour_does() -> None:
    calm = flow("refund", recent=1, before=40)
    spread, sudden = (
        rising_topics([calm, flow("bag_size", recent=5, lately=lately, before=24, upset=True)], TOPICS)
        for lately in (1, 5)
    )
    assert not any(each.souring for each in spread)
    assert [each.topic for each in sudden if each.souring] == ["baggage"]


def test_a_busy_noon_is_no_storm() -> None:
    noon = [flow("refund", recent=40, before=230), flow("bag_size", recent=12, before=60, upset=True)]
    assert not any(each.rising or each.souring for each in rising_topics(noon, TOPICS))
    storm = [flow("refund", recent=10, before=230), flow("bag_size", recent=12, before=60, upset=True)]
    assert [each.topic for each in rising_topics(storm, TOPICS) if each.souring] == ["baggage"]


def test_levels() -> None:
    storm = Rising(topic="baggage", recent=90, before=10, velocity=200, rising=True, upset=0.9)
    glad = storm.model_copy(update={"upset": 0.1})
    assert verdict_of([1] * 60, None, []).level is Level.UNKNOWN
    assert verdict_of([1] * 60, BAND, []).level is Level.CALM
    assert verdict_of([3] * 60, BAND, []).level is Level.WATCH
    assert verdict_of([1] * 60, None, [storm]).level is Level.WATCH
    assert verdict_of([9] * 60, BAND, [glad]).level is Level.WATCH
    crisis = verdict_of([9] * 60, BAND, [storm])
    assert crisis.level is Level.CRISIS
    assert crisis.why[0] == "9.0 a minute come in; usual at this hour are 0.5 to 2.0"
    assert crisis.why[1] == "baggage: 90 in the last hour, 200.0 times its pace"


@given(st.lists(st.integers(0, 50), min_size=10, max_size=60), st.integers(0, 50), st.booleans())
def test_more_messages_never_calm(minutes: list[int], more: int, angry: bool) -> None:
    topic = Rising(topic="t", recent=9, before=0, velocity=9, rising=angry, upset=1)
    level = verdict_of(minutes, BAND, [topic]).level
    assert ORDER.index(verdict_of([*minutes[:-1], minutes[-1] + more], BAND, [topic]).level) >= ORDER.index(level)


def test_waits() -> None:
    assert waits_of("people", []).median is None
    found = waits_of("people", [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110])
    assert (found.n, found.median, found.p90) == (11, 60, 100)
