"""The robot log: a stop whose effect is shown, and a wrong reply pulled back, by mouse and by keyboard alone."""

from playwright.sync_api import Page, expect

from assistant.compose import utc_now
from assistant.desk.automation import set_kill_switch
from assistant.domain.agent import Role
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.test_together import sign_in


def test_a_wrong_reply_is_taken_off_its_network(desk: Desk, page: Page) -> None:
    key = desk.take("how big is a bag", handle="@robot")
    desk.deliver()
    page.goto(f"{desk.url}/robot")
    entry = page.locator(".log li")
    expect(entry).to_contain_text("how big is a bag")
    entry.locator("summary", has_text="Pull back").click()
    entry.get_by_label("What is wrong?").fill("that was the old size")
    entry.get_by_role("button", name="Take it off x").click()
    expect(page.locator(".toast")).to_contain_text("waits for a person")
    expect(entry).to_contain_text("Being taken off x")
    desk.deliver()
    expect(entry).to_contain_text("Gone from x")
    expect(entry).to_contain_text("Pulled back by console: that was the old size")
    expect(entry.locator("summary")).to_have_count(0)
    entry.get_by_role("link", name="Open").click()
    expect(page.locator("#editor")).to_be_visible()
    expect(page.locator(".notes")).to_contain_text("x: our answer was taken off.")
    assert [each.split(":")[0] for each in desk.replies(key)] == ["recalled"]


def test_a_reply_is_pulled_back_by_keyboard_alone_from_its_conversation(desk: Desk, page: Page) -> None:
    key = desk.take("how big is a bag", handle="@robot")
    desk.deliver()
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator(".thread summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("wrong size")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("waits for a person")
    expect(page.locator(".thread")).to_contain_text("Pulled back by console: wrong size")
    expect(page.locator("#editor")).to_be_visible()


def test_a_stop_shows_what_it_did_and_after_how_long(desk: Desk, page: Page) -> None:
    desk.take("how big is a bag", 1, handle="@first")
    desk.deliver()
    desk.take("how big is a bag", 2, handle="@second")
    page.goto(f"{desk.url}/robot")
    page.get_by_role("button", name="Stop automation").click()
    stop = page.locator("#stop")
    expect(stop).to_contain_text("Stopping: 1 automated reply left to hold")
    desk.deliver()
    expect(stop).to_contain_text("Stopped: nothing is sent by itself")
    expect(stop).to_contain_text("1 that waited is held for people, none has left since")
    expect(page.locator("#said")).to_have_text("Stopped: nothing is sent by itself. 1 held, 0 left before.")
    expect(page.locator(".log .mark")).to_have_text(["held", "sent"])
    page.get_by_role("button", name="Allow again").click()
    expect(stop).to_have_count(0)


def test_a_stop_elsewhere_where_nothing_waited(desk: Desk, page: Page) -> None:
    with desk.assistant.require_store().begin() as tx:
        set_kill_switch(tx, desk.assistant.pack.brand.id, on=True, by="ann", at=utc_now())
    page.goto(f"{desk.url}/robot")
    expect(page.locator("#stop")).to_contain_text("ann stopped it")
    expect(page.locator("#stop")).to_contain_text("In effect at once: nothing was waiting")


def test_who_may_only_read_pulls_nothing_back(desk: Desk, new_page: NewPage) -> None:
    desk.take("how big is a bag", handle="@robot")
    desk.deliver()
    desk.add_agent("Quinn", Role.QA)
    quinn = new_page()
    sign_in(quinn, desk, "Quinn")
    quinn.goto(f"{desk.url}/robot")
    expect(quinn.locator(".log li")).to_have_count(1)
    expect(quinn.locator(".log summary")).to_have_count(0)
