"""The command centre: alive while it is open, still when paused, and its levers work."""

import re

from playwright.sync_api import expect

from assistant.domain.agent import Role
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.test_together import sign_in


def test_the_centre_is_alive_and_can_be_held_still(desk: Desk, new_page: NewPage) -> None:
    desk.take("what about this")
    alive, still = new_page(), new_page()
    alive.goto(f"{desk.url}/centre")
    still.goto(f"{desk.url}/centre")
    still.get_by_role("link", name="Pause").click()
    expect(still.locator(".tools")).to_contain_text("Stands still since")
    for number in range(2, 5):
        desk.take("help", number, handle=f"@p{number}")
    expect(alive.locator("#centre")).to_contain_text("4 in the last hour")
    expect(alive.locator("#lacking")).to_contain_text("Nothing was asked twice")
    expect(alive.locator("#counts [aria-current]")).to_have_count(0)
    expect(still.locator("#centre")).to_contain_text("1 in the last hour")
    still.get_by_role("link", name="Go on").click()
    expect(still.locator("#centre")).to_contain_text("4 in the last hour")


def test_a_supervisor_holds_a_topic_and_an_agent_cannot(desk: Desk, new_page: NewPage) -> None:
    desk.take("what about this")
    desk.add_agent("Sue", Role.SUPERVISOR)
    desk.add_agent("Ana", Role.AGENT)
    sue, ana = new_page(), new_page()
    for page, name in ((sue, "Sue"), (ana, "Ana")):
        sign_in(page, desk, name)
        page.keyboard.press("g")
        page.keyboard.press("d")
        expect(page).to_have_url(re.compile("/centre"))
        expect(page.locator("#centre")).to_contain_text("baggage")
    expect(ana.get_by_role("button", name="Hold")).to_have_count(0)
    sue.get_by_role("button", name="Hold back answers about baggage").click()
    for page in (sue, ana):
        expect(page.locator(".verdict")).to_contain_text("baggage is held back since")
        expect(page.locator("#automation")).to_have_text("Automation is on, 1 held")
        wraps = page.locator("#automation .state").evaluate("each => getComputedStyle(each).flexWrap")
        assert wraps == "nowrap", "the dot stands beside the words"
    sue.get_by_role("button", name="Let it answer again").click()
    expect(ana.locator(".verdict")).not_to_contain_text("held back")
