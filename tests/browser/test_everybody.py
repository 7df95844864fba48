"""Nobody is shut out: axe-core finds nothing, of whatever impact, on any page or dialog of the console."""

from collections.abc import Callable
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect
from structlog.testing import capture_logs

from assistant.domain.agent import Role
from tests.browser.conftest import NewPage
from tests.browser.desk import Desk
from tests.browser.test_together import broken, sign_in
from tests.web.test_quality_room import a_run
from tests.web.test_suite_runs import write_suite

PAGES = (
    "/queue/waiting",
    "/queue/done?q=zzz",
    "/centre",
    "/centre?wall=1&paused=1",
    "/robot",
    "/knowledge",
    "/knowledge/gaps",
    "/knowledge/proposals",
    "/knowledge/bag-size",
    "/knowledge/bag-size/edit",
    "/knowledge/bag-size/recall/1",
    "/knowledge/health",
    "/knowledge/sources",
    "/knowledge/bag-size/merge/bag-measures",
    "/knowledge/no-such-article",
    "/quality",
    "/quality/runs",
    "/quality/runs?before=2026-03-01&after=2026-03-02",
    "/quality/runs/2026-03-02",
    "/quality/reviewers",
    "/quality/cases",
    "/quality/drills",
    "/quality/team",
    "/record",
    "/voice",
    "/calls",
    "/settings",
    "/channels",
    "/channels/set-up?name=x",
    "/login",
)


@pytest.fixture
def full(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """Something on every page."""
    monkeypatch.chdir(tmp_path)
    for day, passed in (("2026-03-01", True), ("2026-03-02", False)):
        a_run(tmp_path / "evals" / "runs" / day, passed=passed)
    write_suite(tmp_path, "bags", 3)
    desk.take("quoting how big is a bag", 1, handle="@robot")
    desk.take("how big is a bag", 2, handle="@other")
    desk.deliver()
    desk.write_twin("It may weigh 10 kg in the cabin.")
    for number in (3, 4):
        desk.take("help, unknown pram fees", number, handle=f"@gap{number}")
    return desk


OF_COLOUR = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
"""What a dark page can do wrong that a light one doesn't."""


def seen_by_all(page: Page, name: str) -> None:
    """In the light, and in the dark what depends on colours."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        options = {"resultTypes": ["violations"], **({"runOnly": OF_COLOUR} if scheme == "dark" else {})}
        found = Axe().run(page, options=options).response["violations"]
        assert [f"{name}, {scheme}: {each['id']}: {each['nodes'][0]['html'][:160]}" for each in found] == []
    page.emulate_media(color_scheme="light")


def test_every_page(full: Desk, new_page: NewPage) -> None:
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    for path in PAGES:
        page.goto(full.url + path)
        expect(page.locator("h1")).to_be_visible()
        expect(page.locator("[data-coming]")).to_have_count(0)
        seen_by_all(page, path)


def test_every_page_fits_a_phone(full: Desk, new_page: NewPage) -> None:
    page = new_page()
    page.set_viewport_size({"width": 390, "height": 844})
    robot = full.take("quoting how big is a bag", 1, handle="@robot")
    key = full.take("what about this " * 12, 30, handle=f"@{'long' * 12}")
    for path in (*PAGES, f"/conversations/{robot}", f"/conversations/{key}"):
        page.goto(full.url + path)
        expect(page.locator("[data-coming]")).to_have_count(0)
        page.evaluate("document.querySelectorAll('main details').forEach(each => { each.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, path


def _conversation(desk: Desk, page: Page) -> None:
    key = desk.take("quoting what about this", 10, handle="@ann", thread=[{"role": "brand", "text": "Hello"}])
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("A cabin bag may measure 55 x 40 x 20 cm. Anything else costs 900 EUR.")
    expect(page.locator(".unsupported .claim").last).to_contain_text("900 EUR")
    page.locator(".cite a").first.focus()


def _conflict(desk: Desk, page: Page) -> None:
    key = desk.take("what about this", 11, handle="@ben")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("long " * 100)
    page.locator("[data-send]").click()
    expect(page.get_by_role("alert")).to_contain_text("This was not sent")


def _blind(desk: Desk, page: Page) -> None:
    key = desk.take("blind what about this", 12, handle="@cy")
    page.goto(f"{desk.url}/conversations/{key}")
    expect(page.locator(".notice")).to_contain_text("Blind audit")


def _planted(desk: Desk, page: Page) -> None:
    desk.take("quoting what about this", 13, handle="@dee")
    page.goto(f"{desk.url}/quality/reviewers")
    page.get_by_role("button", name="Plant three").click()
    expect(page.locator("table")).to_contain_text("baggage")


def _gap_editor(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge/gaps")
    page.get_by_role("link", name="Write the article").click()
    expect(page.locator("#trial h2").first).to_be_visible()


def _recalled(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge/bag-size/recall/1")
    page.get_by_role("button", name="Recall 1 reply").click()
    expect(page.locator(".room")).to_contain_text("Done: each conversation waits")


def _pulled_back(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/robot")
    page.get_by_role("button", name="Stop automation").click()
    expect(page.locator("#stop")).to_contain_text("Stopped")
    entry = page.locator(".log li", has_text="@other")
    entry.locator("summary").click()
    seen_by_all(page, "the form to pull back")
    entry.get_by_label("What is wrong?").fill("old size")
    entry.get_by_role("button", name="Take it off x").click()
    expect(entry).to_contain_text("Being taken off x")


def _case(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/quality/cases")
    page.get_by_role("button", name="Propose a case").click()
    expect(page.locator("section[aria-label='The proposed case']")).to_be_visible()
    page.locator("details.source summary").first.click()


def _kept(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge/bag-size/edit")
    page.get_by_role("button", name="Keep as the next version").click()
    expect(page.locator(".article .notice")).to_contain_text("being taken up")
    seen_by_all(page, "being taken up")
    desk.take_up()
    expect(page.locator(".article .notice")).to_contain_text("is in use from")


def _twins(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/knowledge/health")
    expect(page.get_by_role("link", name="Look at them as one")).to_be_visible()


def _bulk(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/queue/waiting")
    page.locator(".row input").first.check()
    page.get_by_role("button", name="Resolve", exact=True).click()
    expect(page.locator("#preview")).to_contain_text("without a reply")


def _wording(desk: Desk, page: Page) -> None:
    key = desk.take("what about this", 14, handle="@eve")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("[data-open-answers]").click()
    expect(page.locator("#found button").first).to_be_visible()


def _palette(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("Control+k")
    expect(page.locator("#commands li").first).to_be_visible()


def _sheet(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/queue/waiting")
    page.keyboard.press("?")
    expect(page.locator("#sheet")).to_be_visible()


def _cautions(desk: Desk, page: Page) -> None:
    key = desk.take("what about this", 41, handle="@odd")
    page.goto(f"{desk.url}/conversations/{key}")
    page.locator("#text").fill("We will call you back. It is all on https://evil.example now.")
    expect(page.locator(".caution")).to_have_count(2)
    page.reload()
    expect(page.locator("#unsent")).to_be_visible()
    expect(page.locator(".caution")).to_have_count(2)


def _crash(desk: Desk, page: Page) -> None:
    clock = desk.assistant.clock
    with capture_logs():
        desk.set_clock(broken)
        page.goto(f"{desk.url}/queue/waiting")
        desk.set_clock(clock)
    expect(page.locator("h1")).to_have_text("Something went wrong here.")


STATES: dict[str, Callable[[Desk, Page], None]] = {
    "conversation": _conversation,
    "conflict": _conflict,
    "blind": _blind,
    "planted": _planted,
    "gap editor": _gap_editor,
    "recalled": _recalled,
    "pulled back": _pulled_back,
    "proposed": _case,
    "in use": _kept,
    "twins": _twins,
    "bulk": _bulk,
    "wording": _wording,
    "palette": _palette,
    "cautions": _cautions,
    "crash": _crash,
    "sheet": _sheet,
}


def test_every_page_in_use(full: Desk, new_page: NewPage) -> None:
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    for name, reach in STATES.items():
        reach(full, page)
        seen_by_all(page, name)


def test_a_planted_draft_says_so_to_everybody(full: Desk, new_page: NewPage) -> None:
    page = new_page(bypass_csp=True)
    _planted(full, page)
    with full.assistant.require_store().read() as look:
        talks = [each.id for each in look.conversations(brand_id="skylark")]
        key = next(each for each in talks if look.canary_in(each) is not None)
    page.goto(f"{full.url}/conversations/{key}")
    page.locator("[data-send]").click()
    expect(page.locator("h1")).to_contain_text("planted")
    seen_by_all(page, "planted, and sent")


def test_calls_and_colleagues(full: Desk, new_page: NewPage) -> None:
    key = full.take("what about this", 20, handle="@fay")
    for name in ("Ana", "Ben"):
        full.add_agent(name, Role.SUPERVISOR)
    page = new_page(bypass_csp=True, reduced_motion="reduce")
    sign_in(page, full, "Ana")
    page.goto(f"{full.url}/conversations/{key}")
    page.locator("#note").press_sequentially("@be")
    expect(page.get_by_role("option", name="Ben")).to_be_visible()
    seen_by_all(page, "a note with names to choose from")
    page.locator("#note").fill("@ben look, please")
    page.get_by_role("button", name="Keep note").click()
    expect(page.locator(".notes li")).to_have_count(1)
    seen_by_all(page, "a note")
    ben = new_page(bypass_csp=True, reduced_motion="reduce")
    sign_in(ben, full, "Ben")
    for path in ("/calls", "/settings"):
        ben.goto(full.url + path)
        seen_by_all(ben, path)
