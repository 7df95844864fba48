"""Writing a reply: what is said of it, and another draft on an agent's wish, first as it is written, then checked."""

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk


def test_a_draft_is_written_again(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    words = "Words that another draft shall take the place of."
    page.locator("#text").fill(words)
    page.get_by_label("Draft again").fill("shorter")
    with page.expect_response(lambda answer: answer.url.endswith("/redraft/live")) as live:
        page.get_by_role("button", name="Draft", exact=True).click()
    assert live.value.headers["content-type"].startswith("text/event-stream")
    expect(page.locator(".toast")).to_contain_text("Here is")
    expect(page.locator("#text")).not_to_have_value(words)
    expect(page.locator("#unsent")).to_be_hidden()


def test_what_is_wrong_with_a_reply_is_said_once_however_often_it_stands_there(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("Call +353 1 555 9999. Or call +353 1 555 9999. Do call +353 1 555 9999.")
    expect(page.locator("#ledger .refusal")).to_have_text(["The reply holds personal data (phone)."])
    page.locator("[data-send]").click()
    refused = page.get_by_role("alert")
    expect(refused).to_contain_text("This text can't go out. The reply holds personal data (phone).Your words")
