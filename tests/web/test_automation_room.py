"""Holding automation from the console: what may be held, what is said of it, and how it ends."""

import re

from starlette.testclient import TestClient

from assistant.compose import Assistant
from tests.desk_builders import SetClock
from tests.web.test_api import take


def told(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page.split('class="toasts"')[1].split("</section>")[0])


def test_a_topic_a_channel_or_a_kind_of_question_is_held_from_the_robot_log_without_any_mention(
    client: TestClient,
) -> None:
    page = client.get("/robot").text
    for scope in ("baggage", "x", "bag_size"):
        assert f'<option value="{scope}">' in page
    held = client.post(
        "/automation/hold", data={"scope": "x", "on": "true", "reason": "fake account", "back": "/robot"}
    )
    assert held.url.path == "/robot"
    assert "On hold" in told(held.text)
    assert re.search(r"<b>x</b> is held back since .* UTC by console: fake account", held.text)
    assert '<option value="x">' not in held.text
    free = client.post("/automation/hold", data={"scope": "x", "on": "false", "back": "/robot"})
    assert "Off hold" in told(free.text)
    assert "is held back" not in free.text


def test_a_hold_says_why_and_the_centre_stays_the_centre(client: TestClient) -> None:
    take(client, "what about this")
    held = client.post("/automation/hold", data={"scope": "baggage", "on": "true"})
    assert (held.url.path, "On hold" in told(held.text)) == ("/centre", True)
    assert client.get("/api/automation").json()["holds"][0]["reason"] == "held by hand"
    assert client.post("/automation/hold", data={"scope": "nothing", "on": "true"}).status_code == 422


def test_the_stop_says_what_it_did_and_so_does_its_end(client: TestClient) -> None:
    stopped = client.post("/automation/kill-switch", data={"on": "true", "back": "/robot"})
    assert "Stopped" in told(stopped.text)
    again = client.post("/automation/kill-switch", data={"on": "false", "back": "/robot"})
    assert "on again" in told(again.text)


def test_open_pages_hear_of_a_stop_through_the_api(client: TestClient, assistant: Assistant, clock: SetClock) -> None:
    def kinds() -> list[str]:
        with assistant.require_store().read() as look:
            return [each.kind for each in look.events(brand_id="skylark", after=0, limit=100)]

    client.put("/api/automation/kill-switch", json={"on": True, "by": "duty-manager"})
    assert kinds() == ["automation"]
    client.put("/api/automation/kill-switch", json={"on": True, "by": "duty-manager"})
    assert kinds() == ["automation"]
    client.post("/api/automation/holds", json={"scope": "baggage", "reason": "recall", "by": "duty-manager"})
    client.post("/api/automation/holds/baggage/release", json={"by": "duty-manager"})
    assert kinds() == ["automation"] * 3
