"""A place in the queue is an address: what it narrows, sorts and turns over is kept while somebody works there."""

import html
import re
from urllib.parse import urlencode

import pytest
from starlette.testclient import TestClient

from assistant.domain.triage import Sort, View
from assistant.web.console.places import Place, came_from
from tests.desk_builders import SetClock
from tests.web.conftest import PASSWORD
from tests.web.test_api import take
from tests.web.test_console import form

NARROW = {
    "channel": "x",
    "queue": "baggage",
    "intent": "bag_size_and_weight_on_long_flights",
    "sentiment": "negative",
    "tag": "storm of the year",
    "q": "Wo ist mein Koffer geblieben? Ä" * 4,
    "sort": "reach",
    "start": "50",
}


def people(page: str) -> list[str]:
    """Who stands in the list, from the top."""
    return re.findall(r'<span class="from"><b><bdi>([^<]+)</bdi></b>', page)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/queue/mine", Place(View.MINE)),
        ("/queue/breaching?channel=x&start=50", Place(View.BREACHING, channel="x", start=50)),
        ("/queue/nowhere?channel=x", Place()),
        ("//evil.example/queue/mine", Place()),
        ("/queue/mine?start=-1&more=1", Place(View.MINE)),
        ("/queue/mine?start=999999999999", Place(View.MINE, start=100_000)),
    ],
)
def test_an_address_names_its_place(address: str, place: Place) -> None:
    assert came_from(address) == place
    assert came_from(place.address()) == place


@pytest.mark.parametrize(
    ("place", "sort"),
    [
        (Place(), Sort.DUE),
        (Place(sort="risk"), Sort.RISK),
        (Place(sort="nonsense"), Sort.DUE),
        (Place(View.DONE, sort="due"), Sort.NEWEST),
        (Place(View.DONE, sort="reach"), Sort.REACH),
        (Place(View.DONE, q="bag"), Sort.DUE),
    ],
)
def test_nothing_is_due_in_what_is_over(place: Place, sort: Sort) -> None:
    assert place.sorted_by is sort


def test_a_conversation_leads_back_to_where_it_was_found(client: TestClient) -> None:
    key = take(client, "what about this")["conversation_id"]
    back = f"/queue/unassigned?{urlencode(NARROW)}"
    page = client.get(f"/conversations/{key}", params={"back": back})
    assert page.status_code == 200
    assert came_from(html.unescape(re.findall(r'class="up" href="([^"]+)"', page.text)[0])) == came_from(back)
    for path, fields in (("desk", {"action": "tag", "value": "fee"}), ("desk", {"action": "resolve"})):
        kept = client.post(f"/conversations/{key}/{path}", data={**fields, "back": back}, follow_redirects=False)
        assert kept.status_code == 303
        assert "storm" in kept.headers["location"]


def test_a_row_that_changed_leads_back_to_the_same_place(client: TestClient) -> None:
    key = take(client, "what about this")["conversation_id"]
    back = "/queue/mine?channel=x&sort=reach&start=50"
    (link,) = re.findall(r'<a href="(/conversations/[^"]+)"', client.get(f"/rows/{key}", params={"back": back}).text)
    assert urlencode({"back": came_from(back).address()}) in html.unescape(link)


def test_a_search_is_narrowed_sorted_and_turned_over_like_a_view(client: TestClient) -> None:
    for number in range(52):
        take(client, "what about this", number, author={"handle": f"@p{number}", "followers": number})
    take(client, "what about this", 99, author={"handle": "@letter"}, channel="email")
    page = client.get("/queue/mine?q=about&sort=reach&channel=x").text
    assert people(page) == [f"@p{number}" for number in range(51, 1, -1)]
    assert "In every view" in page
    more = html.unescape(re.findall(r'<a href="([^"]+)">More</a>', page)[0])
    assert people(client.get(more).text) == ["@p1", "@p0"]


def test_what_is_taken_back_is_taken_back_there(client: TestClient) -> None:
    key = take(client, "what about this")["conversation_id"]
    action, fields = form(client, key)
    place = "/queue/review?channel=x&sort=reach"
    after = client.post(action, data={**fields, "disposition": "send", "back": place}).text
    undo, back = re.findall(
        r'action="(/replies/[^"]+/undo)"[^>]*>\s*<input type="hidden" name="back" value="([^"]+)"', after
    )[0]
    page = client.post(undo, data={"back": html.unescape(back)}).text
    assert came_from(html.unescape(re.findall(r'class="up" href="([^"]+)"', page)[0])) == came_from(place)


def test_sending_and_next_stays_among_what_was_looked_for(client: TestClient) -> None:
    keys = [
        take(client, f"what about this {word}", number, author={"handle": f"@{number}"})["conversation_id"]
        for number, word in enumerate(("pram", "cello", "pram"))
    ]
    action, fields = form(client, keys[0])
    sent = {**fields, "disposition": "send", "then": "next", "back": "/queue/waiting?q=pram"}
    following = client.post(action, data=sent, follow_redirects=False).headers["location"]
    assert following.startswith(f"/conversations/{keys[2]}?")
    action, fields = form(client, keys[2])
    left = client.post(action, data={**sent, **fields}, follow_redirects=False).headers["location"]
    assert left == "/queue/waiting?q=pram"


def test_the_views_keep_the_filters_and_count_under_them(client: TestClient) -> None:
    take(client, "what about this", 1)
    take(client, "what about this", 2, channel="email", author={"handle": "@letter"})
    page = client.get("/queue/waiting?channel=email").text
    link, count = re.findall(r'<a href="(/queue/unassigned[^"]*)"[^>]*>Unassigned <span[^>]*>(\d+)<', page)[0]
    assert (link, count) == ("/queue/unassigned?channel=email", "1")
    assert people(client.get(link).text) == ["@letter"]


def test_whoever_signs_in_arrives_at_the_address_they_were_sent(staffed: TestClient) -> None:
    shared = "/queue/breaching?channel=x&sort=reach"
    door = staffed.get(shared, follow_redirects=False).headers["location"]
    (target,) = re.findall(r'name="next" value="([^"]+)"', staffed.get(door).text)
    fields = {"name": "Ana", "password": PASSWORD, "next": html.unescape(target)}
    assert staffed.post("/login", data=fields, follow_redirects=False).headers["location"] == shared


def test_a_promise_that_ended_is_found_before_what_is_over(client: TestClient, clock: SetClock) -> None:
    done = take(client, "what about this", 1, author={"handle": "@done"})["conversation_id"]
    client.post(f"/conversations/{done}/desk", data={"action": "resolve"})
    clock.forward(3600)
    take(client, "what about this", 2, author={"handle": "@late"})
    assert people(client.get("/queue/waiting?q=about").text) == ["@late", "@done"]
