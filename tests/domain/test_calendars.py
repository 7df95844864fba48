"""Business minutes: what counts, what doesn't, and that counting and promising are each other's inverse."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.calendars import (
    ALWAYS,
    Calendar,
    CalendarRules,
    Day,
    Event,
    Holiday,
    Shift,
    SunDesk,
    due_after,
    is_open,
    minutes_between,
    opens_next,
)

WEEKDAYS = (Day.MON, Day.TUE, Day.WED, Day.THU, Day.FRI)
SPLIT = Calendar(
    name="split",
    time_zone="Europe/Dublin",
    shifts=(
        Shift(days=WEEKDAYS, opens=time(8), closes=time(13)),
        Shift(days=WEEKDAYS, opens=time(13, 30), closes=time(18)),
    ),
    holidays=(Holiday(date=date(2026, 10, 26), name="October holiday"),),
)
NIGHT = Calendar(
    name="night",
    time_zone="Europe/Dublin",
    shifts=(Shift(days=tuple(Day), opens=time(22), closes=time(6)),),
)
ROUND_THE_CLOCK = Calendar(
    name="round", time_zone="Europe/Dublin", shifts=(Shift(days=tuple(Day), opens=time(0), closes=time(0)),)
)
FAR = Calendar(
    name="far",
    time_zone="Australia/Lord_Howe",
    shifts=(Shift(days=(*WEEKDAYS, Day.SUN), opens=time(1, 15), closes=time(17)),),
    events=(
        Event(
            name="sale",
            valid_from=datetime(2026, 4, 3, 5, tzinfo=UTC),
            valid_until=datetime(2026, 4, 9, 5, tzinfo=UTC),
            staffed=True,
        ),
    ),
)
CALENDARS = [ALWAYS, SPLIT, NIGHT, ROUND_THE_CLOCK, FAR]
moments = st.datetimes(datetime(2026, 3, 20), datetime(2026, 11, 5), timezones=st.just(UTC))  # noqa: DTZ001
minutes = st.integers(1, 6000)


def dublin(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Dublin"))


@pytest.mark.parametrize(
    ("start", "wanted", "due"),
    [
        (dublin(23, 9), 60, dublin(23, 10)),
        (dublin(23, 12, 30), 60, dublin(23, 14)),
        (dublin(23, 13, 10), 1, dublin(23, 13, 31)),
        (dublin(27, 17), 120, dublin(30, 9)),
        (dublin(23, 8), 300, dublin(23, 13)),
        (dublin(23, 10, month=10), 540, dublin(27, 9, 30, month=10)),
    ],
)
def test_breaks_nights_weekends_and_holidays_do_not_count(start: datetime, wanted: int, due: datetime) -> None:
    assert due_after(SPLIT, start, wanted) == due


def test_a_night_shift_lasts_as_long_as_the_clocks_make_it() -> None:
    began = dublin(28, 21)
    assert minutes_between(NIGHT, began, began + timedelta(hours=12)) == 7 * 60
    autumn = dublin(24, 21, month=10)
    assert minutes_between(NIGHT, autumn, autumn.astimezone(UTC) + timedelta(hours=12)) == 9 * 60


def test_shifts_keep_their_wall_clock_hours_when_summer_time_begins() -> None:
    friday, monday = due_after(SPLIT, dublin(27, 7), 0.5), opens_next(SPLIT, dublin(28, 7))
    assert (friday.hour, monday.hour) == (8, 7)
    assert monday.astimezone(ZoneInfo("Europe/Dublin")).time() == time(8)


def test_a_staffed_event_opens_what_is_closed_from_whenever_it_began() -> None:
    night = datetime(2026, 4, 7, 13, tzinfo=UTC)
    assert is_open(FAR, night)
    assert minutes_between(FAR, night, night + timedelta(hours=2)) == 120
    assert not is_open(FAR, night + timedelta(days=7))


@given(calendar=st.sampled_from(CALENDARS), start=moments, wanted=minutes)
def test_exactly_the_promised_minutes_pass_until_the_promise_breaks(
    calendar: Calendar, start: datetime, wanted: int
) -> None:
    due = due_after(calendar, start, wanted)
    assert due > start
    assert minutes_between(calendar, start, due) == pytest.approx(wanted, abs=1e-4)
    assert minutes_between(calendar, start, due - timedelta(seconds=1)) < wanted


@given(calendar=st.sampled_from(CALENDARS), start=moments, first=minutes, second=minutes)
def test_minutes_add_up_and_never_exceed_the_clock(
    calendar: Calendar, start: datetime, first: int, second: int
) -> None:
    middle = start + timedelta(minutes=first)
    end = middle + timedelta(minutes=second)
    whole = minutes_between(calendar, start, end)
    assert whole == pytest.approx(
        minutes_between(calendar, start, middle) + minutes_between(calendar, middle, end), abs=1e-4
    )
    assert 0 <= whole <= (first + second) + 1e-4


@given(calendar=st.sampled_from(CALENDARS), start=moments, later=minutes, wanted=minutes, more=minutes)
def test_a_later_start_and_a_longer_promise_are_never_due_sooner(
    calendar: Calendar, start: datetime, later: int, wanted: int, more: int
) -> None:
    due = due_after(calendar, start, wanted)
    assert due_after(calendar, start + timedelta(minutes=later), wanted) >= due
    assert due_after(calendar, start, wanted + more) > due


@given(calendar=st.sampled_from(CALENDARS), at=moments)
def test_what_opens_next_is_open(calendar: Calendar, at: datetime) -> None:
    opens = opens_next(calendar, at)
    assert is_open(calendar, opens)
    assert (opens == at) == is_open(calendar, at)
    assert minutes_between(calendar, at, opens) == 0


def rules() -> CalendarRules:
    asia = Calendar(
        name="asia", time_zone="Asia/Singapore", shifts=(Shift(days=tuple(Day), opens=time(9), closes=time(18)),)
    )
    return CalendarRules(
        calendars=(SPLIT, asia),
        tracks={"care": "split", "care_asia": "asia"},
        follow_the_sun={"care": (SunDesk(queue="care_asia", languages=("en",)), SunDesk(queue="duty"))},
    )


@pytest.mark.parametrize(
    ("at", "language", "queue"),
    [
        (dublin(24, 9), "en", "care"),
        (dublin(24, 3), "en", "care_asia"),
        (dublin(24, 3), "de", "duty"),
        (dublin(24, 20), "en", "duty"),
    ],
)
def test_work_follows_the_sun_by_hour_and_language(at: datetime, language: str, queue: str) -> None:
    assert rules().queue_now("care", language=language, at=at) == queue


def test_an_overflow_event_moves_new_work_and_a_share_shortens_promises() -> None:
    event = Event(
        name="launch",
        valid_from=dublin(24, 9),
        valid_until=dublin(24, 17),
        due_share=0.5,
        overflow_to="launch_team",
    )
    busy = SPLIT.model_copy(update={"events": (event,)})
    changed = rules().model_copy(update={"calendars": (busy,)})
    assert changed.queue_now("care", language="en", at=dublin(24, 10)) == "launch_team"
    assert changed.due_share("care", dublin(24, 10)) == 0.5
    assert changed.queue_now("care", language="en", at=dublin(24, 17)) == "care"
    assert changed.due_share("care", dublin(24, 17)) == 1.0
