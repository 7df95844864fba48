"""A session ends while somebody works: signed in again, they are where they were."""

from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import PASSWORD

HERE = "http://testserver"
TALK = "/conversations/c1?back=%2Fqueue%2Fmine"
HTMX = {"hx-request": "true", "hx-current-url": HERE + TALK}


def back_in(staffed: TestClient, method: str, path: str, headers: dict[str, str]) -> str:
    """Where the door leads to whoever knocked so."""
    staffed.cookies.clear()
    sent = staffed.request(method, path, headers=headers, follow_redirects=False)
    door = sent.headers.get("hx-redirect") or sent.headers["location"]
    entered = {"name": "Ana", "password": PASSWORD, "next": _next(staffed, door)}
    return staffed.post("/login", data=entered, follow_redirects=False).headers["location"]


def _next(staffed: TestClient, door: str) -> str:
    """What the form at the door holds."""
    page = staffed.get(door)
    assert page.status_code == 200, page.text
    return str(page.context["next"])  # type: ignore[attr-defined]  # of a template


@pytest.mark.parametrize(
    ("method", "path", "headers", "there"),
    [
        ("GET", TALK, {}, TALK),
        ("GET", TALK, {"hx-request": "true", "hx-boosted": "true", "hx-current-url": f"{HERE}/queue/mine"}, TALK),
        ("GET", "/conversations/c1/status?seen=2", HTMX, TALK),
        ("GET", "/centre/now", {"hx-request": "true", "hx-current-url": f"{HERE}/centre?wall=1"}, "/centre?wall=1"),
        ("POST", "/conversations/c1/measure", HTMX, TALK),
        ("POST", "/conversations/c1/review", {**HTMX, "hx-boosted": "true"}, TALK),
        ("POST", "/conversations/c1/review", {"referer": HERE + TALK}, TALK),
        ("POST", "/conversations/c1/review", {"referer": "http://elsewhere.example/x"}, "/"),
        ("POST", "/conversations/c1/review", {"referer": "http://["}, "/"),
        ("POST", "/conversations/c1/review", {}, "/"),
    ],
)
def test_the_door_leads_back_to_the_page(
    staffed: TestClient, method: str, path: str, headers: dict[str, str], there: str
) -> None:
    """It led to what a page or a form asks for: a piece of a page, or one that says that it is none."""
    assert back_in(staffed, method, path, headers) == there


@pytest.mark.parametrize("letters", [10, 150, 200])
def test_the_door_opens_on_the_way_to_a_long_address(staffed: TestClient, letters: int) -> None:
    """Of a search for words that take six letters each in an address."""
    asked = f"/queue/waiting?{urlencode({'q': 'ß' * letters})}"
    assert back_in(staffed, "GET", asked, {}) == asked
    nested = f"/conversations/c1?{urlencode({'back': asked})}"
    assert back_in(staffed, "GET", nested, {}) in {nested, "/conversations/c1"}
