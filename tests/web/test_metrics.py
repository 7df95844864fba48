"""What a monitor reads: the numbers of this moment, and which part doesn't work."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import yaml
from fastapi.testclient import TestClient

from assistant.compose import Assistant
from assistant.errors import StoreUnavailable
from assistant.web.app import create_app
from tests.desk_builders import SetClock, make_mention
from tests.web.test_api import take
from tests.web.test_unavailable import Away

ROOT = Path(__file__).parents[2]
LINE = re.compile(r'(assistant_[a-z_]+)(?:\{([a-z]+)="((?:[^"\\]|\\.)*)"\})? (-?[0-9.e+]+)')


def scraped(client: TestClient, **headers: str) -> dict[tuple[str, str], float]:
    """Every sample by name and the value of its label; each follows what it is of and its type."""
    answer = client.get("/api/metrics", headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; version=0.0.4; charset=utf-8")
    found, name = {}, ""
    for line in answer.text.splitlines():
        if line.startswith("# HELP "):
            name = line.split()[2]
        elif line.startswith("# TYPE "):
            assert line == f"# TYPE {name} gauge"
        else:
            sample = LINE.fullmatch(line)
            assert sample is not None, line
            assert sample[1] == name
            found[name.removeprefix("assistant_"), sample[3] or ""] = float(sample[4])
    return found


def test_where_all_is_well_nothing_waits(client: TestClient) -> None:
    found = scraped(client)
    assert {found["part_usable", part] for part in ("store", "index", "embedder", "drafter")} == {1}
    assert found["mentions_unanswered", ""] == found["mentions_unanswered_oldest_seconds", ""] == 0


def test_mentions_nobody_decides_about_grow_older(assistant: Assistant, clock: SetClock) -> None:
    """Web processes go on taking in where every worker is dead: this is where it shows."""
    client = TestClient(create_app(assistant))
    with assistant.require_store().begin() as tx:
        tx.take_in(make_mention("1"), at=clock())
        tx.take_in(make_mention("2"), at=clock())
    clock.now += timedelta(seconds=90)
    found = scraped(client)
    assert found["mentions_unanswered", ""] == 2
    assert found["mentions_unanswered_oldest_seconds", ""] == 90
    assert found["mentions_last_hour", ""] == 2


def test_what_waits_for_people_and_for_its_network_is_counted(assistant: Assistant, clock: SetClock) -> None:
    client = TestClient(create_app(assistant))
    take(client, "help me", 1)
    take(client, "my bag", 2)
    clock.now += timedelta(days=2)
    found = scraped(client)
    queue = next(label for name, label in found if name == "conversations_waiting")
    assert found["conversations_waiting", queue] == found["conversations_late", queue] == 1
    assert found["replies_waiting", "x"] >= 1
    assert found["replies_failing", "x"] == 0
    assert found["replies_late_oldest_seconds", ""] > 86_400


def test_the_kill_switch_shows(client: TestClient) -> None:
    assert scraped(client)["automation_stopped", ""] == 0
    client.put("/api/automation/kill-switch", json={"on": True, "by": "Sue"})
    assert scraped(client)["automation_stopped", ""] == 1


def test_without_its_index_or_its_store_the_parts_are_told_still(assistant: Assistant) -> None:
    without_index = scraped(TestClient(create_app(replace(assistant, index=Away()))))
    assert (without_index["part_usable", "index"], without_index["part_usable", "store"]) == (0, 1)

    class Gone:
        def check(self) -> None:
            raise StoreUnavailable("the server went away")

        read = begin = check

    gone = TestClient(create_app(assistant))
    gone.app.state.assistant = replace(assistant, store=Gone())  # type: ignore[attr-defined,arg-type]  # all that is asked
    found = scraped(gone)
    assert found["part_usable", "store"] == 0
    assert ("mentions_unanswered", "") not in found


def test_every_alert_asks_for_a_number_that_is_told(client: TestClient) -> None:
    told = set(re.findall(r"# HELP (\S+)", client.get("/api/metrics").text))
    rules = yaml.safe_load((ROOT / "deploy/alerts.yaml").read_text())["groups"][0]["rules"]
    asked = {rule["alert"]: set(re.findall(r"assistant_[a-z_]+", rule["expr"])) for rule in rules}
    assert asked["AssistantMentionsWait"] == {
        "assistant_mentions_unanswered_oldest_seconds",
        "assistant_answers_put_off",
    }
    assert set().union(*asked.values()) <= told


def test_a_monitor_needs_the_key(locked: TestClient) -> None:
    assert locked.get("/api/metrics").status_code == 401
    assert scraped(locked, authorization="Bearer open sesame")["part_usable", "store"] == 1
