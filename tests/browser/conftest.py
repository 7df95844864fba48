"""A browser for all tests of this folder, and a page that fails its test on any complaint of the browser."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Page, expect, sync_playwright

from tests.browser.desk import Desk

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = 30_000
"""A machine busy with other things is slow, not wrong; nothing waits longer than it must."""
expect.set_options(timeout=PATIENCE_MS / 2)
NewPage = Callable[..., Page]


REPLACED = ("signal is aborted", "was aborted")
"""What the browser says where a click replaces a request, or a server stops, while an answer is still read."""


@pytest.hookimpl(tryfirst=True)  # before groups become part of a test's name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    missing = pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}: apt-get install chromium runs the console's tests")
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.network)
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            if not Path(CHROMIUM).exists():
                item.add_marker(missing)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    served = Desk(tmp_path / "store.db")
    yield served
    served.stop()


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Pages in contexts of their own; what the browser complains about fails the test at its end."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        stops = ("the server responded with a status of", "net::ERR", "Failed to fetch")  # a server that stops
        expected = any(words in message.text for words in (*stops, *REPLACED))
        if message.type in {"error", "warning"} and not expected:
            complaints.append(message.text)

    def hear_error(error: Error) -> None:
        if not any(words in str(error) for words in REPLACED):
            complaints.append(str(error))

    def make(*, bypass_csp: bool = False, **options: object) -> Page:
        size = {"width": 1280, "height": 800}
        context = browser.new_context(viewport=size, bypass_csp=bypass_csp, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", hear_error)
        return page

    yield make
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage) -> Page:
    return new_page()
