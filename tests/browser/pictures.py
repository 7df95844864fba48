"""Takes the pictures in docs/console: every page, light and dark, and the main ones on a phone.

    python -m tests.browser.pictures http://127.0.0.1:8000 [NAME ...]   # after `make run`; the named pictures only

Nothing is sent. Two runs in evals/runs give the comparison. Planted drafts are put before reviewers, and one reply the
assistant sent is pulled back. What only some conversations show (`SECOND_LOOKS`) is taken on a desk of its own.
"""

import sys
import tempfile
from collections.abc import Callable, Collection
from pathlib import Path

from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser import second_looks
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.browser.desk import Desk

OUT = Path(__file__).parents[2] / "docs" / "console"
PAGES = {
    "queue": "/queue/waiting",
    "search": "/queue/waiting?q=refund",
    "centre": "/centre",
    "centre-wall": "/centre?wall=1",
    "robot": "/robot",
    "knowledge": "/knowledge",
    "article": "/knowledge/adding-a-bag",
    "article-edit": "/knowledge/adding-a-bag/edit",
    "gaps": "/knowledge/gaps",
    "conflicts": "/knowledge/health",
    "from-edits": "/knowledge/proposals",
    "sources": "/knowledge/sources",
    "training": "/quality",
    "eval-runs": "/quality/runs",
    "reviewers": "/quality/reviewers",
    "cases": "/quality/cases",
    "drills": "/quality/drills",
    "team": "/quality/team",
    "record": "/record",
    "voice": "/voice",
    "called": "/calls",
    "settings": "/settings",
    "channels": "/channels",
    "channel-set-up": "/channels/set-up?name=mastodon",
    "login": "/login",
    "refusal": "/knowledge/there-is-no-such-article",
}


SECOND_LOOKS: dict[str, Callable[[Desk, Page, Page], object]] = {
    "collision": lambda desk, page, other: second_looks.collide(desk, page, other, 1),
    "blind-audit": lambda desk, page, other: second_looks.judge_blind(desk, page, 2),
    "case": lambda desk, page, other: second_looks.propose_case(desk, page, 3),
    "merge": lambda desk, page, other: second_looks.look_at_merge(desk, page),
    "twins": lambda desk, page, other: second_looks.list_twins(desk, page),
    "planted": lambda desk, page, other: second_looks.send_planted(desk, page, 4),
    "names": lambda desk, page, other: second_looks.offer_names(desk, page, 6),
    "read-only": lambda desk, page, other: second_looks.read_only(desk, page, 7),
    "approval": lambda desk, page, other: second_looks.wait_for_approval(desk, page, 5),
}


def main(url: str, only: Collection[str]) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        if not only:
            _prepare(browser, url)
        for scheme in ("light", "dark"):
            _desktop(browser, url, scheme, only)
            _second_looks(browser, scheme, only)
        if not only or "phone" in only:
            _phone(browser, url)
        browser.close()


def _second_looks(browser: Browser, scheme: str, only: Collection[str]) -> None:
    size = {"width": 1240, "height": 860}
    for name in [each for each in SECOND_LOOKS if not only or each in only]:
        with tempfile.TemporaryDirectory() as folder:
            desk = Desk(Path(folder) / "store.db")
            page, other = (browser.new_page(viewport=size, color_scheme=scheme) for _ in range(2))  # type: ignore[arg-type]
            SECOND_LOOKS[name](desk, page, other)
            _save(page, f"{name}-{scheme}")
            page.close()
            other.close()
            desk.stop()


def _prepare(browser: Browser, url: str) -> None:
    """Planted drafts, and a reply that was pulled back."""
    page = browser.new_page()
    page.goto(f"{url}/quality/reviewers")
    if page.locator("td").count() == 0:
        page.get_by_role("button", name="Plant three").click()
    page.goto(f"{url}/robot")
    if page.locator(".retraction").count() == 0 and page.locator(".log summary").count():
        page.locator(".log summary").first.click()
        page.locator(".log input[name=why]").first.fill("the price was last year's")
        page.locator(".log button.stop").first.click()
        page.wait_for_selector(".toast")
    page.close()


def _desktop(browser: Browser, url: str, scheme: str, only: Collection[str]) -> None:
    page = browser.new_page(viewport={"width": 1240, "height": 860}, color_scheme=scheme)  # type: ignore[arg-type]
    for name, path in PAGES.items():
        if only and name not in only:
            continue
        _shoot(page, f"{url}{path}", f"{name}-{scheme}")
    steps: dict[str, Callable[[Page, str], bool]] = {
        "conversation": _conversation,
        "keys": _keys,
        "wording": _wording,
        "palette": _palette,
        "bulk": _bulk,
        "gap-editor": _gap_editor,
        "recall": _recall,
        "comparison": _comparison,
    }
    for name, step in steps.items():
        if (not only or name in only) and step(page, url):
            _save(page, f"{name}-{scheme}")
    page.close()


def _conversation(page: Page, url: str) -> bool:
    """The first draft whose sentences stand on sources, with the pointer on one of them."""
    page.goto(f"{url}/queue/review")
    for place in range(page.locator(".row a").count()):
        page.goto(f"{url}/queue/review")
        page.locator(".row a").nth(place).click()
        page.wait_for_selector("#text")
        if page.locator(".cite a").count() > 1:
            page.locator(".cite a").first.hover()
            return True
    return False


def _keys(page: Page, url: str) -> bool:
    page.mouse.move(0, 0)
    page.keyboard.press("?")
    return True


def _wording(page: Page, url: str) -> bool:
    page.keyboard.press("Escape")
    page.locator("[data-open-answers]").click()
    page.wait_for_selector("#found button")
    return True


def _palette(page: Page, url: str) -> bool:
    page.goto(f"{url}/queue/waiting")
    page.keyboard.press("Control+k")
    return True


def _bulk(page: Page, url: str) -> bool:
    page.goto(f"{url}/queue/waiting")
    for box in page.locator(".row input").all()[:3]:
        box.check()
    page.locator(".bulk summary", has_text="Tag").click()
    page.get_by_role("textbox", name="Tag").fill("storm")
    page.get_by_role("button", name="Put on or take off").click()
    page.wait_for_selector("#preview .sheet")
    return True


def _gap_editor(page: Page, url: str) -> bool:
    page.goto(f"{url}/knowledge/gaps")
    expect(page.locator("[data-coming]")).to_have_count(0)
    links = page.get_by_role("link", name="Write the article")
    if links.count() == 0:
        return False
    links.first.click()
    page.wait_for_selector("#trial h2")
    return True


def _recall(page: Page, url: str) -> bool:
    page.goto(f"{url}/robot")
    still_there = page.locator(".log li", has=page.locator("summary"), has_not_text="Our team").locator("a")
    if still_there.count() == 0:
        return False
    page.goto(f"{url}{still_there.first.get_attribute('href')}")
    articles = [link.get_attribute("href") for link in page.locator(".why .source a[href^='/knowledge/']").all()]
    for article in articles:
        page.goto(f"{url}{article}")
        if page.get_by_role("link", name="Recall").count():
            page.get_by_role("link", name="Recall").first.click()
            page.wait_for_selector("h1:has-text('Recall')")
            return True
    return False


def _comparison(page: Page, url: str) -> bool:
    page.goto(f"{url}/quality/runs")
    if page.locator("input[name=before]").count() < 2:
        return False
    page.locator("input[name=before]").nth(1).check()
    page.locator("input[name=after]").first.check()
    page.get_by_role("button", name="Compare").click()
    page.wait_for_selector("section[aria-label='What changed']")
    return True


def _phone(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    _shoot(page, f"{url}/queue/waiting", "phone-queue")
    page.locator(".row a").first.click()
    page.wait_for_selector(".talk")
    _save(page, "phone-conversation")
    for name in ("centre", "robot", "knowledge"):
        _shoot(page, f"{url}/{name}", f"phone-{name}")
    page.close()


def _shoot(page: Page, address: str, name: str) -> None:
    page.goto(address, wait_until="load")
    _save(page, name)


def _save(page: Page, name: str) -> None:
    expect(page.locator("[data-coming]")).to_have_count(0, timeout=300_000)
    page.wait_for_timeout(600)
    page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
