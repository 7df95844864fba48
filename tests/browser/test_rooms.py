"""The rooms beside the queue: articles are written, tried and kept where they are read."""

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk


def test_an_article_is_tried_while_it_is_written_and_kept(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge")
    page.get_by_role("link", name="Bag size").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    source = page.locator("#source")
    expect(page.locator("#trial h2").first).to_have_text("Bag size")
    text = source.input_value()
    source.fill(text.replace("title: Bag size\n", ""))
    expect(page.locator("#trial")).to_contain_text("title")
    expect(page.locator("#trial h2").first).to_have_text("Not readable yet")
    source.fill(text + "\nMusical instruments count as a cabin bag.\n")
    expect(page.locator("#trial .body")).to_contain_text("Musical instruments")
    page.locator("#questions").fill("May I take my violin?")
    expect(page.locator("#trial")).to_contain_text("May I take my violin?")
    page.get_by_role("button", name="Keep as the next version").click()
    expect(page.locator(".toast")).to_contain_text("Kept as the next version")
    expect(page.locator(".notice")).to_contain_text("Version 2 is written and not in use yet")
