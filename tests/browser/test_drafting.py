"""Another draft on an agent's wish: shown as it is written, then the page with the checked one."""

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk


def test_a_draft_is_written_again(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.get_by_label("Draft again").fill("shorter")
    with page.expect_response(lambda answer: answer.url.endswith("/redraft/live")) as live:
        page.get_by_role("button", name="Draft", exact=True).click()
    assert live.value.headers["content-type"].startswith("text/event-stream")
    expect(page.locator(".toast")).to_contain_text("Here is")
    expect(page.locator("#text")).to_be_visible()
