"""Long names of brand, person, tags and holds stay on one line each; what is cut is told by a title."""

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.compose import utc_now
from assistant.desk import automation, triage
from tests.browser.desk import Desk

BRAND = "Vereinigte Verkehrsbetriebe Nordrhein-Westfalen und Umgebung"
PERSON = "Maximiliana-Alexandra von und zu Hohenlohe-Langenburg-Schillingsfürst"
HOLDS = ("intent:lost_or_delayed_baggage_on_codeshare_flights", "topic:refunds_after_cancellation")
TAG = "a rather long tag of this desk"
LINE = 32
"""Pixels that hold one line and no second."""
BAR = 57


@pytest.fixture
def talk(desk: Desk) -> str:
    """A conversation whose every name is long."""
    desk.set_pack(brand=desk.assistant.pack.brand.model_copy(update={"name": BRAND}))
    key, at = desk.take("what about this", handle=PERSON), utc_now()
    with desk.assistant.require_store().begin() as tx:
        for scope in HOLDS:
            automation.hold(tx, desk.assistant.pack.brand.id, scope=scope, reason="drift", by="monitor", at=at)
        triage.escalate(tx, key, agent="console", at=at)
        for word in (TAG, "second"):
            triage.tag(tx, key, word=word, agent="console", at=at)
    return key


def height(place: Locator) -> float:
    box = place.bounding_box()
    assert box is not None
    return box["height"]


def fits(page: Page) -> None:
    """Nothing is beyond the window's edge."""
    assert page.evaluate("document.documentElement.scrollWidth") == page.viewport_size["width"]  # type: ignore[index]


def sidebar_holds(page: Page) -> None:
    assert height(page.locator(".brand")) < LINE
    assert height(page.locator("#automation")) < LINE
    expect(page.locator(".brand")).to_have_attribute("title", BRAND)
    told = page.locator("#automation .state").get_attribute("title") or ""
    assert all(scope.replace("_", " ") in told for scope in HOLDS)


@pytest.mark.parametrize("width", [1024, 1240, 1440])
def test_the_header_of_a_conversation_stays_on_one_line(desk: Desk, page: Page, talk: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk.url}/conversations/{talk}")
    expect(page.locator("#text")).to_be_visible()
    assert height(page.locator(".bar")) <= BAR
    fits(page)
    sidebar_holds(page)
    expect(page.locator("h1")).to_have_attribute("title", f"{PERSON} on x")
    assert (page.locator("h1").bounding_box() or {"width": 0})["width"] > 80
    marks = page.locator(".bar .marks")
    expect(marks).to_have_attribute("title", f"escalated, {TAG}, second")
    assert (marks.bounding_box() or {"width": 0})["width"] > 10
    edge = page.get_by_role("button", name="Resolve").bounding_box()
    assert edge is not None
    assert edge["x"] + edge["width"] <= width
    expect(page.locator(".why dd", has_text=TAG)).to_be_visible()


@pytest.mark.parametrize("width", [1024, 1240, 1440])
def test_a_row_keeps_its_words_beside_many_marks(desk: Desk, page: Page, talk: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{desk.url}/queue/waiting")
    fits(page)
    sidebar_holds(page)
    assert (page.locator(".row .preview").bounding_box() or {"width": 0})["width"] > 100
    assert TAG in (page.locator(".row .marks").get_attribute("title") or "")


def test_on_a_phone_each_name_is_one_line(desk: Desk, page: Page, talk: str) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(f"{desk.url}/conversations/{talk}")
    fits(page)
    sidebar_holds(page)
    assert height(page.locator("h1")) < LINE
