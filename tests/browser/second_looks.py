"""How a page comes to what only some conversations show: approvals, collisions, audits, planted drafts, merges, cases.

Tests walk these ways and the pictures of `docs/console` are taken at their ends.
"""

from playwright.sync_api import Page, expect

from assistant.domain.agent import Role
from assistant.domain.agents import LadderStep, OnCall
from tests.browser.desk import Desk
from tests.browser.test_together import sign_in

ASKED = "What may I take on board on Friday? I fly with a toddler and a pram."
BLIND = "My blind grandmother flies on Friday. What may she take on board?"
KEPT = "A pram travels free of charge and is taken at the gate."
LADDERS = {"baggage": (LadderStep(who="counsel", acknowledge_minutes=15),)}
CALL = OnCall(ladders=LADDERS, approvals=("baggage",))
"""Answers from the queue baggage need a second person."""


def guarded(desk: Desk) -> None:
    """From now on answers of the desk's brand need approval."""
    desk.set_pack(on_call=CALL)


def open_one(desk: Desk, page: Page, text: str, number: int) -> str:
    """A message of somebody new, open in the page; the conversation."""
    key = desk.take(text, number, handle=f"@traveller{number}")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator("#text")).to_be_visible()
    return key


def ask_approval(page: Page) -> None:
    """Ask a colleague for a word on what stands in the editor."""
    page.get_by_role("button", name="Ask for approval of these words").click()
    expect(page.locator(".why")).to_contain_text("nobody decided")


def collide(desk: Desk, page: Page, other: Page, number: int) -> str:
    """A colleague answers while the page is open; then the page sends, too."""
    key = open_one(desk, page, ASKED, number)
    other.goto(f"{desk.url}/conversations/{key}")
    other.locator("[data-send]").click()
    expect(other.locator(".toast")).to_contain_text("goes out")
    page.locator("#text").fill(KEPT)
    page.locator("[data-send]").click()
    expect(page.get_by_role("alert")).to_contain_text("This conversation was already handled by")
    expect(page.get_by_label("Your words, to take along")).to_have_value(KEPT)
    return key


def judge_blind(desk: Desk, page: Page, number: int) -> str:
    """Answer without the draft, then see it."""
    key = open_one(desk, page, BLIND, number)
    page.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm.")
    page.get_by_role("button", name="Send answer").click()
    expect(page.get_by_role("form", name="Judge the draft")).to_be_visible()
    return key


def send_planted(desk: Desk, page: Page, number: int) -> None:
    """Plant wrong drafts and send one of them."""
    desk.take(f"quoting {ASKED}", number, handle=f"@traveller{number}")
    page.goto(f"{desk.url}/quality/reviewers")
    page.get_by_role("button", name="Plant three").click()
    expect(page.locator("table")).to_contain_text("baggage")
    with desk.assistant.require_store().read() as look:
        talks = [each.id for each in look.conversations(brand_id="skylark")]
        key = next(each for each in talks if look.canary_in(each) is not None)
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("[data-send]").click()
    expect(page.locator("h1")).to_contain_text("planted")


def look_at_merge(desk: Desk, page: Page) -> None:
    """Two articles on the same, as the one they would be."""
    desk.write_twin(
        "A cabin bag may measure 55 x 40 x 20 cm.\n\n## Prams\n\nA pram is taken at the gate, free of charge.",
        "Bags and prams",
    )
    page.goto(f"{desk.url}/knowledge/bag-size/merge/bag-measures")
    expect(page.locator(".taken")).to_contain_text("A pram is taken at the gate")


def contradict(desk: Desk, page: Page, twin: str) -> None:
    """The article on bags is given a sentence that its twin, of these words, contradicts; then both are shown."""
    desk.write_twin(twin)
    page.goto(f"{desk.url}/knowledge/bag-size/edit")
    source = page.locator("#source")
    source.fill(source.input_value() + "\nIt may weigh 10 kg in the cabin.\n")
    page.get_by_role("button", name="Keep as the next version").click()
    expect(page.locator(".toast")).to_contain_text("Kept as the next version")
    desk.renew()
    page.goto(f"{desk.url}/knowledge/health")


def list_twins(desk: Desk, page: Page) -> None:
    """Two articles that say nearly the same, in one of which a sentence contradicts a third."""
    contradict(desk, page, "A cabin bag may measure 55 x 40 x 20 cm.\n\nIt may weigh 12 kg in the cabin.")
    expect(page.get_by_role("link", name="Look at them as one")).to_be_visible()


def wait_for_approval(desk: Desk, page: Page, number: int) -> None:
    """An answer that a colleague has to approve, asked for."""
    guarded(desk)
    open_one(desk, page, ASKED, number)
    ask_approval(page)


def propose_case(desk: Desk, page: Page, number: int) -> None:
    """A draft is changed and becomes a case."""
    key = open_one(desk, page, ASKED, number)
    page.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm and weigh 8 kg.")
    page.locator("[data-send]").click()
    expect(page.locator("h1")).to_have_text("All waiting")
    page.goto(f"{desk.url}/conversations/{key}")
    page.get_by_role("button", name="Propose a case").click()
    expect(page.locator("section[aria-label='The proposed case']")).to_be_visible()


def offer_names(desk: Desk, page: Page, number: int) -> None:
    """A note whose @ offers colleagues to choose from."""
    for name in ("Ana Bauer", "Ben Adler", "Bea Lund", "Cem Aydin"):
        desk.add_agent(name, Role.AGENT)
    sign_in(page, desk, "Ana Bauer")
    open_one(desk, page, ASKED, number)
    page.keyboard.press("n")
    page.keyboard.type("Is the pram fee gone for good? @b")
    expect(page.get_by_role("option", name="Bea Lund")).to_be_visible()


def read_only(desk: Desk, page: Page, number: int) -> None:
    """Somebody of quality looks at a draft and what it stands on."""
    desk.add_agent("Quinn", Role.QA)
    key = desk.take(f"quoting {ASKED}", number, handle=f"@traveller{number}")
    sign_in(page, desk, "Quinn")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".drafted")).to_be_visible()
