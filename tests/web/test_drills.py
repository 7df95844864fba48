"""Drills from the console and over HTTP: listed, played in a process of their own, and told how they went."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.followed_file import DrillFile
from assistant.compose import Assistant, drilling, models_dir
from assistant.compose.followed import Said
from assistant.domain.drill import DrillPlay, DrillPost, DrillReport, Goal, Moment, MomentKind, Played
from assistant.domain.vocabulary import Decision
from assistant.settings import Settings
from assistant.web.app import create_app
from tests.desk_builders import NOW, SetClock
from tests.web.conftest import PASSWORD

STORM = """
name: A storm of bags
story: Bags fall from the sky.
begins: 2027-01-29T20:40:00+00:00
topics: [baggage]
posts:
  - {minute: 3, channel: x, handle: "@ann", text: "Where is my bag?", decision: [HANDOFF]}
"""


@pytest.fixture
def assistant(assistant: Assistant, tmp_path: Path) -> Assistant:
    (tmp_path / "pack" / "drills").mkdir(parents=True)
    (tmp_path / "pack" / "drills" / "storm.yaml").write_text(STORM)
    return replace(assistant, folder=tmp_path / "pack", settings=Settings(data_dir=tmp_path / "data"))


@pytest.fixture
def file(assistant: Assistant) -> DrillFile:
    return DrillFile(models_dir(assistant.settings, assistant.pack))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[DrillPlay]:
    """The plays that would run in processes of their own."""
    begun: list[DrillPlay] = []
    monkeypatch.setattr(drilling, "start", lambda work, settings, knowledge, folder, play: begun.append(play))
    return begun


def report_of(assistant: Assistant) -> DrillReport:
    (drill,) = drilling.drills(assistant)
    post: DrillPost = drill.posts[0]
    return DrillReport(
        drill=drill,
        played=(Played(post=post, decision=Decision.NO_REPLY, reasons=()),),
        moments=(Moment(minute=7, kind=MomentKind.TOLD, said="duty manager"),),
        goals=(Goal(name="nobody is left alone", met=False, said="1 of 1"),),
    )


def test_a_drill_is_started_followed_and_told(
    client: TestClient, assistant: Assistant, file: DrillFile, started: list[DrillPlay]
) -> None:
    assert "Bags fall from the sky." in client.get("/quality/drills").text
    assert "minute 0 of 23" in client.post("/quality/drills/storm").text
    (play,) = started
    assert client.post("/api/drills/storm", json={"by": "sue"}).status_code == 409
    file.write(play.model_copy(update={"minutes": 9}))
    assert "minute 9 of 23" in client.get("/quality/drills/newest").text
    file.write(play.model_copy(update={"minutes": 23, "ended_at": NOW, "report": report_of(assistant)}))
    told = client.get("/quality/drills/newest").text
    assert all(said in told for said in ("1 of 1 goals missed", "duty manager", "Where is my bag?", "0 of 1 posts"))
    assert client.get("/api/drills/newest").json()["report"]["goals"][0]["met"] is False
    with assistant.require_store().read() as look:
        assert [entry.event for entry in look.audit(subject="drill:storm", limit=9)] == ["drill_started"]


def test_a_drill_is_ended_at_its_next_minute(
    client: TestClient, assistant: Assistant, file: DrillFile, started: list[DrillPlay]
) -> None:
    assert client.post("/api/drills/newest/end", json={"by": "sue"}).status_code == 404
    client.post("/quality/drills/storm")
    assert "End it" in client.get("/quality/drills").text
    ended = client.post("/quality/drills/newest/end").text
    assert "It ends at its next step." in ended
    said = Said(file, started[0])
    played: list[int] = []
    with said.at_work():
        for minute in range(23):
            said.advance(minutes=minute)
            played.append(minute)
    assert played == []
    told = client.get("/quality/drills").text
    assert "was not played to its end:</b> console ended it" in told
    assert "End it" not in told
    assert client.post("/api/drills/newest/end", json={"by": "sue"}).status_code == 404
    client.post("/quality/drills/storm")
    Said(file, started[1]).advance(minutes=1)
    with assistant.require_store().read() as look:
        events = [entry.event for entry in look.audit(subject="drill:storm", limit=9)]
    assert events == ["drill_started", "drill_ended", "drill_started"]


def test_drills_over_http(client: TestClient, clock: SetClock, started: list[DrillPlay]) -> None:
    assert [each["id"] for each in client.get("/api/drills").json()] == ["storm"]
    assert client.get("/api/drills/newest").json() is None
    assert client.post("/api/drills/quake", json={"by": "sue"}).status_code == 404
    assert client.post("/api/drills/storm", json={"by": "sue"}).status_code == 202
    clock.now = clock.now + timedelta(minutes=5)
    assert "stopped before its end" in client.get("/api/drills/newest").json()["problem"]
    assert client.post("/api/drills/storm", json={"by": "sue"}).status_code == 202
    assert len(started) == 2


def test_only_supervisors_play(staffed: TestClient, started: list[DrillPlay]) -> None:
    staffed.post("/login", data={"name": "Ana", "password": PASSWORD})
    assert "Play" not in staffed.get("/quality/drills").text
    assert staffed.post("/quality/drills/storm").status_code == 403
    assert staffed.post("/quality/drills/newest/end").status_code == 403
    staffed.post("/login", data={"name": "Sue", "password": PASSWORD})
    assert staffed.post("/quality/drills/storm").status_code == 200
    assert len(started) == 1


def test_a_drill_that_cant_be_read_is_named(client: TestClient, assistant: Assistant) -> None:
    assert assistant.folder is not None
    (assistant.folder / "drills" / "storm.yaml").write_text(STORM.replace("baggage", "luggage"))
    assert "storm.yaml" in client.get("/quality/drills").text
    refused = client.get("/api/drills")
    assert (refused.status_code, "storm.yaml" in refused.json()["detail"]) == (503, True)


def test_a_process_of_its_own_says_what_went_wrong(assistant: Assistant, file: DrillFile) -> None:
    client = TestClient(create_app(assistant))
    client.post("/api/drills/storm", json={"by": "sue"})
    for _ in range(600):
        if (said := file.read()) is not None and said.ended_at is not None:
            break
        time.sleep(0.1)
    assert "was not played to its end" in client.get("/quality/drills").text
