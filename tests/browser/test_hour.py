"""What hindered an agent in an hour of work by keyboard alone."""

from datetime import UTC, datetime, time, timedelta

from playwright.sync_api import Page, expect

from assistant.compose import utc_now
from assistant.domain.calendars import Calendar, CalendarRules, Shift
from tests.browser.desk import Desk


def test_whoever_waits_goes_on_waiting_while_agents_tag_and_note(desk: Desk, page: Page) -> None:
    desk.take("what about this")
    desk.set_clock(lambda: utc_now() + timedelta(minutes=50))
    page.goto(f"{desk.url}/queue/waiting")
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator("#text")).to_be_visible()
    page.keyboard.press("l")
    page.keyboard.type("vip")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_have_text("Tag put on.")
    page.keyboard.press("u")
    expect(page.locator(".row .waits")).to_have_text("waits 50 min")


def test_what_is_snoozed_says_until_when_and_r_opens_it_again(desk: Desk, page: Page) -> None:
    now = datetime(2026, 3, 2, 9, tzinfo=UTC)
    desk.set_clock(lambda: now)
    desk.take("what about this")
    page.goto(f"{desk.url}/queue/waiting")
    for key in ("j", "b", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text("snoozed for 1 hour")
    page.goto(f"{desk.url}/queue/snoozed")
    expect(page.locator(".row .waits")).to_have_text("until 10:00 UTC")
    for key in ("j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(".words > .aside")).to_have_text("Snoozed until 02 Mar 10:00 UTC. r opens it again.")
    page.keyboard.press("r")
    expect(page.locator(".toast")).to_have_text("As before: it waits again.")
    page.keyboard.press("r")
    expect(page.locator("#text")).to_be_focused()


def test_what_is_new_is_shown_with_one_key(desk: Desk, page: Page) -> None:
    desk.take("what about this", 1)
    page.goto(f"{desk.url}/queue/waiting")
    expect(page.locator(".row")).to_have_count(1)
    desk.take("what about that", 2, handle="@other")
    expect(page.locator("#news")).to_contain_text("1 new")
    page.keyboard.press("R")
    expect(page.locator(".row")).to_have_count(2)


def test_when_a_desk_opens_is_said_in_the_time_of_everything_else(desk: Desk, page: Page) -> None:
    week = (Shift(days=("mon", "sun"), opens=time(9), closes=time(17)),)
    athens = Calendar(name="day", time_zone="Europe/Athens", shifts=week)
    desk.set_pack(calendars=CalendarRules(calendars=(athens,), tracks={"baggage": "day"}))
    desk.take("what about this")
    desk.set_clock(lambda: datetime(2026, 3, 1, 20, tzinfo=UTC))
    page.goto(f"{desk.url}/queue/waiting")
    expect(page.locator(".row .waits")).to_have_text("from Mon 07:00 UTC")


def test_a_search_says_how_many_it_found(desk: Desk, page: Page) -> None:
    for number in range(3):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("/")
    page.keyboard.type("what")
    page.keyboard.press("Enter")
    expect(page.locator(".chips")).to_contain_text("3 found")


def test_the_machine_is_not_called_by_how_it_works(desk: Desk, page: Page) -> None:
    key = desk.take("how big may my bag be")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".us .by").first).to_contain_text("The assistant")


def test_an_empty_answer_is_told_in_the_words_of_the_page(desk: Desk, page: Page) -> None:
    key = desk.take("help me please")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator("#text")).to_have_value("")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".notice")).to_have_text("This was not sent. Write the answer first, or press No reply.")


def test_what_is_settled_is_not_said_to_wait(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".why h2").first).to_have_text("Waits for your eyes")
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("Resolved")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".why h2").first).to_have_text("Was for review")
