"""Down the list over HTTP: across pages, within what somebody may see, and where the list has moved on."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant
from assistant.web.console.places import PAGE
from tests.web.test_api import take


@pytest.fixture
def listed(client: TestClient, assistant: Assistant) -> list[str]:
    """More conversations than a page holds, as the queue lists them."""
    for number in range(PAGE + 2):
        take(client, f"what about this {number}", id=str(number), author={"handle": f"@p{number}"})
    keys: list[str] = []
    for start in (0, PAGE):
        page = client.get(f"/queue/waiting?start={start}").text
        keys += [part.split('"')[0] for part in page.split('id="row-')[1:]]
    assert len(keys) == PAGE + 2
    return keys


def went(client: TestClient, key: str, way: str, back: str) -> tuple[str, dict[str, str]]:
    """Where it led: the conversation and what the address says."""
    answer = client.get(f"/conversations/{key}/beside", params={"way": way, "back": back}, follow_redirects=False)
    assert answer.status_code == 303
    parts = urlsplit(answer.headers["location"])
    return parts.path.rsplit("/", 1)[1], {name: each[0] for name, each in parse_qs(parts.query).items()}


def test_the_list_goes_on_across_its_pages(client: TestClient, listed: list[str]) -> None:
    first, second = "/queue/waiting", f"/queue/waiting?start={PAGE}"
    assert went(client, listed[0], "next", first) == (listed[1], {"back": first})
    assert went(client, listed[PAGE - 1], "next", first) == (listed[PAGE], {"back": second})
    assert went(client, listed[PAGE], "previous", second) == (listed[PAGE - 1], {"back": first})
    assert went(client, listed[PAGE + 1], "next", second) == (
        listed[PAGE + 1],
        {"back": second, "what": "last of the list"},
    )
    assert went(client, listed[0], "previous", first) == (listed[0], {"back": first, "what": "first of the list"})


def test_who_left_the_list_goes_on_at_its_top(client: TestClient, listed: list[str]) -> None:
    gone = listed[3]
    client.post(f"/conversations/{gone}/desk", data={"action": "resolve", "back": "/queue/waiting"})
    assert went(client, gone, "next", "/queue/waiting")[0] == listed[0]
    assert went(client, gone, "next", "/queue/mine")[1]["what"] == "last of the list"
    assert client.get("/conversations/nobody/beside").status_code == 404
    assert client.get(f"/conversations/{gone}/beside?way=up").status_code == 422


def test_after_the_last_page_send_and_next_goes_to_the_top(client: TestClient, listed: list[str]) -> None:
    last, back = listed[-1], f"/queue/waiting?start={PAGE}"
    talk = client.get(f"/api/conversations/{last}").json()
    turn = talk["turns"][-1]
    form = {
        "turn_id": turn["id"],
        "seen_version": talk["conversation"]["version"],
        "disposition": "send",
        "text": turn["turn"]["draft"]["text"],
        "back": back,
        "then": "next",
    }
    answer = client.post(f"/conversations/{last}/review", data=form, follow_redirects=False)
    assert urlsplit(answer.headers["location"]).path == f"/conversations/{listed[0]}"


def test_what_changed_meanwhile_leads_back_to_the_same_list(client: TestClient) -> None:
    """Loaded again, or taken over, a conversation was one of all that wait, and so were those beside it."""
    talk = take(client, "what about this")["conversation_id"]
    back = "/queue/waiting?q=what&sort=newest"
    shown = unescape(client.get(f"/conversations/{talk}", params={"back": back}).text)
    (asked,) = re.findall(r'hx-get="(/conversations/[^"]+/status[^"]+)"', shown)
    client.post(f"/api/conversations/{talk}/claim", json={"by": "bo"})
    assert f'name="back" value="{back}"' in unescape(client.get(asked).text)
    client.post(f"/api/conversations/{talk}/resolve", json={"by": "bo", "seen_version": 2})
    (again,) = re.findall(r'<a class="button" href="([^"]+)">Load it again', client.get(asked).text)
    assert f'class="up" href="{back}"' in unescape(client.get(unescape(again)).text)
