"""Working down a list: from one conversation to the next without going back, told what was done, heard and seen."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewPage
from tests.browser.desk import Desk

IN_TALK = ".talk"


@pytest.fixture
def line(desk: Desk, page: Page) -> list[str]:
    """Conversations as the queue lists them; the second is open, by keys."""
    for number in range(4):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    keys = [row.get_attribute("data-id") or "" for row in page.locator(".row").all()]
    for key in ("j", "j", "Enter"):
        page.keyboard.press(key)
    expect(page.locator(IN_TALK)).to_have_attribute("data-conversation", keys[1])
    return keys


def stands_at(page: Page, key: str) -> None:
    expect(page.locator(IN_TALK)).to_have_attribute("data-conversation", key)


def test_j_and_k_walk_from_conversation_to_conversation(page: Page, line: list[str]) -> None:
    for key, at in (("j", 2), ("j", 3), ("k", 2), ("k", 1), ("k", 0)):
        page.keyboard.press(key)
        stands_at(page, line[at])
    page.keyboard.press("k")
    expect(page.locator(".toasts")).to_contain_text("This is the first of the list.")
    stands_at(page, line[0])
    page.keyboard.press("u")
    expect(page.locator("h1")).to_have_text("All waiting")


def test_the_palette_goes_on_down_the_list(page: Page, line: list[str]) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("skip")
    expect(page.locator("#commands [role=option]").first).to_have_text("Next in the list")
    page.keyboard.press("Enter")
    stands_at(page, line[2])


def test_who_walked_to_a_conversation_comes_back_to_its_row(page: Page, line: list[str]) -> None:
    page.keyboard.press("j")
    stands_at(page, line[2])
    page.keyboard.press("u")
    expect(page.locator(f"#row-{line[2]} a")).to_be_focused()


def test_send_and_next_goes_on_down_the_list(page: Page, line: list[str]) -> None:
    """It began at the top again: who had passed over the first conversation got it back after each reply."""
    page.keyboard.press("Control+Shift+Enter")
    stands_at(page, line[2])
    page.keyboard.press("Control+Shift+Enter")
    stands_at(page, line[3])
    page.keyboard.press("Control+Shift+Enter")
    stands_at(page, line[0])


def test_writing_goes_on_at_the_end_of_the_draft(page: Page, line: list[str]) -> None:
    draft = page.locator("#text").input_value()
    page.keyboard.press("r")
    page.keyboard.type(" Thanks!")
    expect(page.locator("#text")).to_have_value(f"{draft} Thanks!")
    for _ in range(7):
        page.keyboard.press("ArrowLeft")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    page.keyboard.type("So ")
    expect(page.locator("#text")).to_have_value(f"{draft} So Thanks!")


def test_what_was_done_is_said(page: Page, line: list[str]) -> None:
    """Assigning, tagging, escalating and notes were told by nothing but a changed button."""
    said = page.locator("#said")
    for keys, words in (
        (["a"], "Assigned to you."),
        (["a"], "Nobody has it now."),
        (["l", "vip", "Enter"], "Tag put on."),
        (["l", "vip", "Enter"], "Tag taken off."),
        (["!"], "Escalated."),
        (["!"], "Escalation taken back."),
        (["n", "as agreed", "Control+Enter"], "Note kept."),
    ):
        for key in keys:
            if len(key) > 1 and key[0].islower():
                page.keyboard.type(key)
            else:
                page.keyboard.press(key)
        expect(page.locator(".toasts")).to_contain_text(words)
        expect(said).to_contain_text(words)
    name = page.locator("h1 bdi").inner_text()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toasts")).to_contain_text(f"Reply to {name} goes out in")


def test_a_reader_of_screens_hears_where_they_are_and_no_countdown(page: Page, line: list[str]) -> None:
    """The focus fell to the document at each page, and the seconds left to undo were read out one by one."""
    expect(page.locator("h1")).to_be_focused()
    page.keyboard.press("j")
    stands_at(page, line[2])
    expect(page.locator("h1")).to_be_focused()
    name = page.locator("h1 bdi").inner_text()
    page.keyboard.press("Control+Shift+Enter")
    stands_at(page, line[3])
    said = page.locator("#said")
    expect(said).to_have_text(f"Reply to {name} goes out in 10 seconds. Undo with z.")
    seconds = page.locator(".toast [data-left]")
    first = seconds.inner_text()
    expect(seconds).not_to_have_text(first)
    expect(said).to_have_text(f"Reply to {name} goes out in 10 seconds. Undo with z.")
    assert page.locator(".toasts").get_attribute("aria-live") is None
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page.locator("h1")).to_have_text("Knowledge")
    expect(page.locator("h1")).to_be_focused()


@pytest.mark.parametrize(("width", "height"), [(640, 400), (390, 844)])
def test_the_keys_are_read_from_their_beginning(new_page: NewPage, desk: Desk, width: int, height: int) -> None:
    """On a phone, and at twice the size, the sheet opened at its end."""
    page = new_page()
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("?")
    expect(page.locator("#sheet h2")).to_be_in_viewport()
    assert page.locator("#sheet").evaluate("sheet => sheet.scrollTop") == 0


def test_a_finger_hits_the_box_beside_a_row(new_page: NewPage, desk: Desk) -> None:
    """It was sixteen pixels wide, and a miss opened the conversation."""
    desk.take("what about this")
    page = new_page(has_touch=True, is_mobile=True)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{desk.url}/queue/waiting")
    box = page.locator(".row > input").bounding_box()
    assert box is not None
    assert min(box["width"], box["height"]) >= 24


def test_the_row_in_focus_is_seen_in_forced_colours(new_page: NewPage, desk: Desk) -> None:
    """Shadows and backgrounds are dropped there, and nothing else told it."""
    desk.take("what about this")
    page = new_page(forced_colors="active")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("j")
    style = page.locator(".row a").evaluate("link => getComputedStyle(link).outlineStyle")
    assert style == "solid"


def test_who_loads_a_conversation_anew_still_comes_back_to_its_row(page: Page, line: list[str]) -> None:
    page.reload()
    expect(page.locator("#text")).to_be_visible()
    page.keyboard.press("u")
    expect(page.locator(f"#row-{line[1]} a")).to_be_focused()


def test_wording_is_chosen_by_arrows_and_enter(desk: Desk, page: Page, line: list[str]) -> None:
    """Arrows did nothing in what was found, and Enter nothing at all."""
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.type("/")
    asks = page.get_by_role("textbox", name="Find wording")
    expect(asks).to_be_focused()
    first = page.locator("#found button").first
    expect(first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(first).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(asks).to_be_focused()
    words = first.get_attribute("data-insert")
    page.keyboard.press("Enter")
    expect(page.locator("#answers")).not_to_be_visible()
    expect(page.locator("#text")).to_have_value(words or "nothing found")
    expect(page.locator("#text")).to_be_focused()
