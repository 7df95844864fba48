"""The queue as a list to work from: promises that count down, filters, many at once by keyboard alone."""

import re
from datetime import UTC, datetime, time, timedelta

import pytest
from playwright.sync_api import Page, expect

from assistant.compose import utc_now
from assistant.domain.agent import Role
from assistant.domain.calendars import Calendar, CalendarRules, Shift
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.test_together import sign_in
from tests.desk_builders import make_mention

DUE = datetime(2026, 3, 2, 11, tzinfo=UTC)
"""When the promise of every message of these tests ends."""


def _left(desk: Desk, minutes: float) -> None:
    """The desk's clock stands so long before the promise."""
    desk.set_clock(lambda: DUE - timedelta(minutes=minutes))


EDGES = (("#search", "borderTopColor"), (".bar", "backgroundColor"))
LUMINANCE = """(each, what) => {
  const parts = getComputedStyle(each)[what].match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
  const [r, g, b] = parts.map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}"""


def test_a_promise_counts_down_while_the_page_is_open_and_is_told_once_when_it_breaks(desk: Desk, page: Page) -> None:
    page.clock.install()
    desk.take("what about this", handle="@ann")
    _left(desk, 80)
    page.goto(f"{desk.url}/queue/waiting")
    due = page.locator(".row .due")
    expect(due.locator("time")).to_have_text("80 min")
    _left(desk, 5)
    page.clock.fast_forward("00:31")
    expect(due.locator("time")).to_have_text("5 min")
    expect(due).to_have_class("due soon")
    expect(page.locator("#late")).to_be_empty()
    _left(desk, -3)
    page.clock.fast_forward("00:31")
    expect(due.locator("time")).to_have_text("3 min late")
    expect(due).to_have_class("due late")
    expect(page.locator("#late")).to_have_text("The promise to @ann is broken.")
    page.locator(".row a").click()
    expect(page.locator(".talkbar .due")).to_have_text("3 min late")


def test_what_is_left_counts_while_the_desk_is_open(desk: Desk, page: Page) -> None:
    """Monday, 11:00 is the end; on Sunday evening a desk that opens at nine has two hours left."""
    week = (Shift(days=("mon", "sun"), opens=time(9), closes=time(17)),)
    rules = CalendarRules(calendars=(Calendar(name="day", time_zone="UTC", shifts=week),), tracks={"baggage": "day"})
    desk.set_pack(calendars=rules)
    desk.take("what about this")
    _left(desk, 15 * 60)
    page.goto(f"{desk.url}/queue/waiting")
    expect(page.locator(".row .due time")).to_have_text("2 h")
    expect(page.locator(".row .waits")).to_have_text("from Mon 09:00 UTC")


def test_many_are_worked_on_by_keyboard_alone(desk: Desk, page: Page) -> None:
    for number in range(3):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("j")
    page.keyboard.press("x")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selected]")).to_have_text("2 selected")
    page.keyboard.press("l")
    page.keyboard.type("storm")
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Put the tag “storm” on 2 conversations")
    expect(page.get_by_role("button", name="Do it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".mark.own")).to_have_count(2)
    expect(page.locator(".row").nth(1).locator("a")).to_be_focused()
    page.keyboard.press("e")
    expect(page.locator(".toast")).to_contain_text("1 conversation resolved.")
    expect(page.locator(".row")).to_have_count(2)
    expect(page.locator(".row").nth(1).locator("a")).to_be_focused()
    page.keyboard.press("z")
    expect(page.locator(".row")).to_have_count(3)
    expect(page.locator(".row a:focus")).to_have_count(1)


def test_a_preview_is_left_with_escape(desk: Desk, page: Page) -> None:
    desk.take("what about this")
    page.goto(f"{desk.url}/queue/waiting")
    for key in ("j", "x", "e"):
        page.keyboard.press(key)
    expect(page.get_by_role("button", name="Do it")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#preview .sheet")).to_have_count(0)
    expect(page.locator(".row a")).to_be_focused()


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        (["a"], "1 conversation assigned to you."),
        (["b", "Enter"], "1 conversation snoozed for 1 hour."),
        (["e"], "1 conversation resolved."),
    ],
)
def test_the_row_under_the_cursor_is_worked_on_at_once_where_none_is_selected(
    desk: Desk, page: Page, keys: list[str], said: str
) -> None:
    desk.take("what about this")
    page.goto(f"{desk.url}/queue/waiting")
    for key in ("j", *keys):
        page.keyboard.press(key)
    expect(page.locator(".toast")).to_contain_text(said)
    page.keyboard.press("z")
    expect(page.locator(".toast")).to_have_text("1 of 1 as before.")


def test_the_list_is_narrowed_by_what_messages_are_about(desk: Desk, page: Page) -> None:
    desk.take("what about this", 1)
    desk.take("help", 2, handle="@other")
    page.goto(f"{desk.url}/queue/waiting")
    page.locator("summary", has_text="Filter").click()
    intent = page.get_by_label("Intent")
    words = intent.locator("option").all_inner_texts()
    intent.select_option(words[1])
    page.get_by_role("button", name="Show").click()
    expect(page).to_have_url(re.compile("intent="))
    expect(page.locator(".chip")).to_contain_text("intent")
    page.locator(".chip").click()
    expect(page.locator(".row")).to_have_count(2)


def test_a_row_says_how_long_somebody_waits_how_they_feel_and_who_has_it(desk: Desk, new_page: NewPage) -> None:
    """On a small laptop, too."""
    key = desk.take("what about this")
    desk.add_agent("Ana", Role.AGENT)
    ana = new_page()
    ana.set_viewport_size({"width": 1180, "height": 760})
    sign_in(ana, desk, "Ana")
    ana.goto(f"{desk.url}/conversations/{key}")
    ana.get_by_role("button", name="Assign to me").click()
    expect(ana.locator(".why")).to_contain_text("with Ana")
    desk.set_clock(lambda: utc_now() + timedelta(hours=3))
    ana.goto(f"{desk.url}/queue/waiting")
    row = ana.locator(".row")
    expect(row.locator(".assignee")).to_be_visible()
    expect(row.locator(".assignee")).to_have_text("Ana")
    expect(row.locator(".waits")).to_have_text("waits 3 h")


def test_a_name_stands_whole_in_its_row_and_a_tag_can_be_read_while_it_is_typed(desk: Desk, page: Page) -> None:
    desk.take("what about this", handle="@spoken_to_like", channel="email", visibility="private")
    page.goto(f"{desk.url}/queue/waiting")
    name = page.locator(".from b")
    assert name.evaluate("each => each.scrollWidth <= each.clientWidth")
    page.locator(".row input").check()
    page.locator(".bulk summary", has_text="Tag").click()
    field = page.locator(".bulk").get_by_role("textbox", name="Tag")
    assert field.evaluate("each => each.clientWidth") > 150


def test_what_is_written_into_is_seen_by_its_edge(desk: Desk, page: Page) -> None:
    """Three to one against what lies around it, in light and dark (WCAG 1.4.11)."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{desk.url}/queue/waiting")
        edge, around = (page.locator(where).evaluate(LUMINANCE, what) for where, what in EDGES)
        assert (max(edge, around) + 0.05) / (min(edge, around) + 0.05) >= 3, scheme


def test_who_waits_for_the_knowledge_base_is_seen_and_taken_by_hand_with_keys(desk: Desk, page: Page) -> None:
    for number, minutes in ((1, 90), (2, 30)):
        mention = make_mention(str(number), handle=f"waiter{number}")
        with desk.assistant.require_store().begin() as tx:
            tx.take_in(mention, at=utc_now())
            tx.let_wait(mention.id, until=utc_now() + timedelta(minutes=minutes))
    desk.take("what about this", handle="@ann")
    page.goto(f"{desk.url}/queue/waiting")
    view = page.locator("#counts a", has_text="Answer waits")
    expect(view.locator(".count")).to_have_text("2")
    page.keyboard.press("Control+k")
    page.keyboard.type("outage")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Answer waits")
    expect(page.locator(".row .from b")).to_have_text(["waiter2", "waiter1"])
    expect(page.locator(".row .waits").first).to_have_text("answer waits")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Answer by hand")).to_be_visible()
    page.keyboard.press("r")
    expect(page.locator(".toasts")).to_contain_text("Yours now")
    page.keyboard.press("r")
    page.keyboard.type("We are on it.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_have_text("Answer waits")
    expect(page.locator(".row .from b")).to_have_text(["waiter1"])
    expect(view.locator(".count")).to_have_text("1")
