"""What has no key of its own is reached with Tab and done with Enter: no action needs a mouse."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk

FAR = 120
"""Tab stops a page has at most."""


def reach(page: Page, target: Locator) -> None:
    """Tab by tab until it has the focus."""
    expect(target).to_be_visible()
    for _ in range(FAR):
        page.keyboard.press("Tab")
        if target.evaluate("each => each === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {target}")


def test_leaving_drafting_again_and_reasons(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.keyboard.press("r")
    reach(page, page.get_by_role("button", name="No reply"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Left without a reply")
    page.keyboard.press("z")
    expect(page.locator("#editor")).to_be_visible()
    reach(page, page.get_by_role("textbox", name="Draft again"))
    page.keyboard.type("shorter")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("another draft")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.type("A cabin bag may measure 55 x 40 x 20 cm.")
    reach(page, page.get_by_label("wrong fact"))
    page.keyboard.press("Space")
    expect(page.get_by_label("wrong fact")).to_be_checked()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("goes out")


def test_saying_what_it_was_about_and_who_proved_it(desk: Desk, page: Page) -> None:
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    reach(page, page.locator("summary", has_text="Not right?"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("It is about"))
    page.keyboard.type("None")
    reach(page, page.get_by_role("button", name="Keep as an example"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Kept as an example")
    reach(page, page.locator("summary", has_text="They proved who they are"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_label("By what?"))
    page.keyboard.type("reference and name")
    page.keyboard.press("Enter")
    expect(page.locator(".why")).to_contain_text("verified by console")


def test_many_at_once_and_the_stop(desk: Desk, page: Page) -> None:
    for number in range(3):
        desk.take(f"what about this {number}", number, handle=f"@person{number}")
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("j")
    page.keyboard.press("*")
    page.keyboard.press("a")
    expect(page.locator(".row input:checked")).to_have_count(3)
    page.keyboard.press("/")
    reach(page, page.get_by_role("button", name="Resolve", exact=True))
    page.keyboard.press("Enter")
    expect(page.locator("#preview")).to_contain_text("Resolve 3 conversations without a reply")
    reach(page, page.get_by_role("button", name="Do it"))
    page.keyboard.press("Enter")
    expect(page.locator(".row")).to_have_count(0)
    reach(page, page.get_by_role("button", name="Stop automation"))
    page.keyboard.press("Enter")
    expect(page.locator("#automation")).to_have_text("Automation is off")


def test_two_articles_become_one_and_a_case_is_proposed(desk: Desk, page: Page) -> None:
    desk.write_twin("A cabin bag may measure 55 x 40 x 20 cm.\n\nWheels count towards its height.")
    page.goto(f"{desk.url}/knowledge")
    for name in ("Conflicts", "Look at them as one", "The other way round"):
        reach(page, page.get_by_role("link", name=name))
        page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/knowledge/bag-size/merge/bag-measures"))
    reach(page, page.get_by_role("button", name="Make them one"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Made one")
    key = desk.take("what about this")
    page.goto(f"{desk.url}/conversations/{key}")
    page.keyboard.press("r")
    page.keyboard.press("Control+a")
    page.keyboard.type("It may weigh 8 kg.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".toast")).to_contain_text("goes out")
    reach(page, page.get_by_role("link", name="Quality"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("link", name="Cases"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="Propose a case"))
    page.keyboard.press("Enter")
    expect(page.locator("section[aria-label='The proposed case']")).to_contain_text("Must say")


def test_an_article_is_edited_and_a_recall_looked_at(desk: Desk, page: Page) -> None:
    desk.take("quoting how big is a bag", handle="@robot")
    desk.deliver()
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("g")
    page.keyboard.press("k")
    expect(page).to_have_url(re.compile("/knowledge"))
    reach(page, page.get_by_role("link", name="Bag size"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("link", name="Edit", exact=True))
    page.keyboard.press("Enter")
    reach(page, page.locator("#source"))
    page.keyboard.press("Control+End")
    page.keyboard.type("Violins count, too.")
    expect(page.locator("#trial")).to_contain_text("Violins count, too.")
    reach(page, page.get_by_role("button", name="Keep as the next version"))
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Kept as the next version")
    reach(page, page.get_by_role("link", name="Recall"))
    page.keyboard.press("Enter")
    reach(page, page.get_by_role("button", name="Recall 1 reply"))
    page.keyboard.press("Enter")
    expect(page.locator(".room")).to_contain_text("Done: each conversation waits for a person")
