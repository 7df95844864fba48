"""Training while the service runs: asked for, followed, and the new model put in place by a person."""

import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.followed_file import TrainingFile
from assistant.compose import Assistant, models_dir, training
from assistant.compose.followed import Said
from assistant.domain.training import Training
from assistant.errors import TrainingUnderWay
from assistant.learning import versions
from assistant.settings import Settings
from assistant.web.app import create_app
from tests.desk_builders import NOW, SetClock
from tests.web.conftest import PASSWORD
from tests.web.test_quality_room import two_models


@pytest.fixture
def assistant(assistant: Assistant, tmp_path: Path) -> Assistant:
    return replace(assistant, settings=Settings(data_dir=tmp_path))


@pytest.fixture
def file(assistant: Assistant) -> TrainingFile:
    return TrainingFile(models_dir(assistant.settings, assistant.pack))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Training]:
    """The trainings that would run in processes of their own."""
    begun: list[Training] = []
    monkeypatch.setattr(training, "start", lambda work, settings, knowledge, folder, training: begun.append(training))
    return begun


def test_it_is_asked_for_followed_and_its_model_put_in_place(
    client: TestClient, assistant: Assistant, file: TrainingFile, started: list[Training], tmp_path: Path
) -> None:
    older, newer = two_models(assistant, tmp_path)
    folder = models_dir(assistant.settings, assistant.pack)
    versions.restore(folder, older)
    assert client.get("/api/models/training").json() is None
    assert "Train now" in client.get("/quality").text
    asked = client.post("/quality/training").text
    (training,) = started
    assert "The model in use serves on." in asked
    assert "Train now" not in asked
    file.write(training.model_copy(update={"steps": 7, "total": 20}))
    assert "7 of 20 steps" in client.get("/quality/training").text
    ended = {"steps": 21, "ended_at": NOW, "model": newer}
    file.write(training.model_copy(update=ended))
    waits = client.get("/quality/training").text
    assert f"Model {newer} waits." in waits
    assert "8 examples instead of 6" in waits
    assert client.get("/api/models/training").json()["model"] == newer
    client.post(f"/quality/models/{newer}")
    assert "waits." not in client.get("/quality/training").text
    again = client.post("/api/models/training", json={"by": "sue"})
    assert (again.status_code, again.json()["steps"]) == (202, 0)
    with assistant.require_store().read() as look:
        entries = look.audit(subject=f"model:{assistant.pack.brand.id}", limit=9)
    assert [entry.event for entry in reversed(entries)] == [
        "training_started",
        "model_put_in_place",
        "training_started",
    ]


def test_one_at_a_time(client: TestClient, file: TrainingFile, started: list[Training], clock: SetClock) -> None:
    first = client.post("/api/models/training", json={"by": "sue"})
    assert first.status_code == 202
    assert client.post("/api/models/training", json={"by": "ann"}).status_code == 409
    clock.now = clock.now + timedelta(minutes=5)
    with file.alone():
        assert client.post("/api/models/training", json={"by": "ann"}).status_code == 409
        with pytest.raises(TrainingUnderWay), file.alone():
            pass
        assert client.get("/api/models/training").json()["ended_at"] is None
    killed = client.get("/api/models/training").json()
    assert "stopped before its end" in killed["problem"]
    assert killed["ended_at"] is not None
    assert client.post("/api/models/training", json={"by": "ann"}).status_code == 202
    assert len(started) == 2


def test_it_says_how_far_it_is_of_how_much(client: TestClient, file: TrainingFile, started: list[Training]) -> None:
    client.post("/api/models/training", json={"by": "sue"})
    saying = Said(file, started[0])
    saying.advance(steps=3, total=20)
    said = client.get("/api/models/training").json()
    assert (said["steps"], said["total"]) == (3, 20)
    assert 'max="20"' in client.get("/quality/training").text


def test_a_model_is_put_in_place_over_http(client: TestClient, assistant: Assistant, tmp_path: Path) -> None:
    older, newer = two_models(assistant, tmp_path)
    put = client.put(f"/api/models/{older}/in-place", json={"by": "sue"})
    assert (put.status_code, put.json()["fingerprint"]) == (200, older)
    standing = {each["fingerprint"]: each["standing"] for each in client.get("/api/models").json()}
    assert standing == {older: "in use", newer: "set aside"}
    assert client.put("/api/models/none/in-place", json={"by": "sue"}).status_code == 404


def test_only_supervisors_train(staffed: TestClient, started: list[Training]) -> None:
    staffed.post("/login", data={"name": "Ana", "password": PASSWORD})
    assert "Train now" not in staffed.get("/quality").text
    assert staffed.post("/quality/training").status_code == 403
    staffed.post("/login", data={"name": "Sue", "password": PASSWORD})
    assert staffed.post("/quality/training").status_code == 200
    assert len(started) == 1


def test_a_process_of_its_own_says_what_went_wrong(assistant: Assistant, file: TrainingFile, tmp_path: Path) -> None:
    there = replace(assistant, folder=tmp_path / "nowhere")
    client = TestClient(create_app(there))
    client.post("/api/models/training", json={"by": "sue"})
    for _ in range(600):
        if (said := file.read()) is not None and said.ended_at is not None:
            break
        time.sleep(0.1)
    assert "nowhere" in client.get("/quality").text
    assert client.get("/api/models/training").json()["problem"]
