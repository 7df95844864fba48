"""Takes the pictures in docs/console: every page, light and dark.

    python -m tests.browser.pictures http://127.0.0.1:8000   # after `make run`

Nothing is sent; the conversation shown is the first draft to review.
"""

import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.conftest import ARGUMENTS, CHROMIUM

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
    "from-edits": "/knowledge/proposals",
    "training": "/quality",
    "eval-runs": "/quality/runs",
    "called": "/calls",
    "settings": "/settings",
}


def main(url: str) -> None:
    OUT.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for scheme in ("light", "dark"):
            _desktop(browser, url, scheme)
        _phone(browser, url)
        browser.close()


def _desktop(browser: Browser, url: str, scheme: str) -> None:
    page = browser.new_page(viewport={"width": 1240, "height": 860}, color_scheme=scheme)  # type: ignore[arg-type]
    for name, path in PAGES.items():
        _shoot(page, f"{url}{path}", f"{name}-{scheme}")
    page.goto(f"{url}/queue/review?sort=newest")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text")
    if page.locator(".cite button").count():
        page.locator(".cite button").first.hover()
    _save(page, f"conversation-{scheme}")
    page.keyboard.press("?")
    _save(page, f"keys-{scheme}")
    page.close()


def _phone(browser: Browser, url: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    _shoot(page, f"{url}/queue/waiting", "phone-queue")
    page.locator(".row a").first.click()
    page.wait_for_selector(".talk")
    _save(page, "phone-conversation")
    _shoot(page, f"{url}/centre", "phone-centre")
    page.close()


def _shoot(page: Page, address: str, name: str) -> None:
    page.goto(address, wait_until="load")
    _save(page, name)


def _save(page: Page, name: str) -> None:
    page.wait_for_timeout(600)
    page.screenshot(path=OUT / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1])
