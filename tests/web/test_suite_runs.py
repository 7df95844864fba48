"""Suites run from the console and over HTTP: started by whoever may, followed by all, ended, and looked at."""

import json
import re
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from assistant.adapters.followed_file import SuiteRunFile
from assistant.compose import Assistant, models_dir, suite_runs
from assistant.compose.followed import Said
from assistant.compose.harvested import keep
from assistant.compose.rehearsal import Rehearsal
from assistant.desk.agents import add_agent
from assistant.domain.agent import Role
from assistant.domain.certificate import Permits, Proof
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention
from assistant.domain.suite_run import SuiteRun
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.vocabulary import Decision, Severity
from assistant.settings import Settings
from assistant.web.app import create_app
from tests import eval_builders as build
from tests.builders import QuickPasswords
from tests.desk_builders import NOW, SetClock
from tests.web.conftest import PASSWORD
from tests.web.test_quality_room import a_run

SUITE = """
name: {name}
description: What people ask about {name}.
gate: {{metric: "care:route", min: 0.5}}
"""
NOW_ANSWERS = {"prompts": "p2", "heads": "h1"}


def write_suite(folder: Path, name: str, cases: int) -> None:
    there = folder / "evals" / "suites" / name
    there.mkdir(parents=True)
    (there / "suite.yaml").write_text(SUITE.format(name=name))
    rows = [
        {
            "vars": {"message": "where is my bag", "channel": "x"},
            "assert": [{"type": "care:route", "value": "HANDOFF"}],
            "metadata": {"id": f"case-{number}"},
        }
        for number in range(cases)
    ]
    (there / "cases.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the service runs, with two suites."""
    monkeypatch.chdir(tmp_path)
    write_suite(tmp_path, "bags", 3)
    write_suite(tmp_path, "pets", 2)
    return tmp_path


@pytest.fixture
def assistant(assistant: Assistant, tmp_path: Path) -> Assistant:
    proof = Proof(permits=Permits(), versions=NOW_ANSWERS)
    return replace(assistant, settings=Settings(data_dir=tmp_path / "data"), proof=lambda: proof)


@pytest.fixture
def file(assistant: Assistant) -> SuiteRunFile:
    return SuiteRunFile(models_dir(assistant.settings, assistant.pack))


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[SuiteRun]:
    """The runs that would go on in processes of their own."""
    begun: list[SuiteRun] = []
    monkeypatch.setattr(suite_runs, "start", lambda work, settings, models, run: begun.append(run))
    return begun


@pytest.fixture
def quinn(client: TestClient, assistant: Assistant) -> TestClient:
    """Signed in as QA; Ana is an agent, Sue a supervisor."""
    with assistant.require_store().begin() as tx:
        for name, role in (("Ana", Role.AGENT), ("Quinn", Role.QA), ("Sue", Role.SUPERVISOR)):
            add_agent(tx, name=name, role=role, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=NOW)
    client.post("/login", data={"name": "Quinn", "password": PASSWORD})
    return client


def finish(run: SuiteRun, file: SuiteRunFile, *, passed: bool = True, prompts: str = "p1") -> None:
    """What the process does at its end."""
    folder = Path("evals/runs") / run.run
    a_run(folder, passed=passed, named=run.suites[0], versions={"prompts": prompts, "heads": "h1"})
    outcome = "passed" if passed else "failed"
    file.write(run.model_copy(update={"done": run.total, "ended_at": run.started_at, "outcome": outcome}))


def test_suites_are_chosen_run_followed_and_looked_at(
    quinn: TestClient, assistant: Assistant, file: SuiteRunFile, started: list[SuiteRun]
) -> None:
    offered = quinn.get("/quality/runs").text
    assert "All 2 suites, 5 cases" in offered
    assert "<dt>prompts</dt><dd><code>p2</code>" in offered
    waits = quinn.post("/quality/runs", data={"suites": ["pets"]})
    (run,) = started
    assert (run.by, run.suites, run.total) == ("Quinn", ("pets",), 2)
    assert waits.url.path == f"/quality/runs/{run.run}"
    assert "0 of 2 cases" in waits.text
    assert "Run suites</button>" not in quinn.get("/quality/runs").text
    file.write(run.model_copy(update={"done": 1}))
    assert "1 of 2 cases" in quinn.get("/quality/runs/newest").text
    assert "hx-redirect" not in quinn.get(f"/quality/runs/newest?on={run.run}").headers
    finish(run, file, passed=False)
    ended = quinn.get("/quality/runs/newest")
    assert "ended: failed" in ended.text
    assert "hx-redirect" not in ended.headers, "who reads another page stays there"
    to = quinn.get(f"/quality/runs/newest?on={run.run}").headers["hx-redirect"]
    seen = quinn.get(to).text
    assert "The run ended." in seen
    assert "of 2 gates failed" in seen
    assert "pets/case-0" in seen
    assert seen.count("another answers now") == 1, "the prompts alone"
    with assistant.require_store().read() as look:
        subject = f"suites:{assistant.pack.brand.id}"
        assert [entry.event for entry in look.audit(subject=subject, limit=9)] == ["suites_started"]


def test_proposed_cases_run_only_where_they_are_named(
    quinn: TestClient, assistant: Assistant, started: list[SuiteRun], clock: SetClock
) -> None:
    assert "harvested" not in quinn.get("/quality/runs").text
    keep(assistant.settings, [build.case("h-1")])
    offered = quinn.get("/quality/runs").text
    assert "All 2 suites, 5 cases" in offered
    assert 'name="suites" value="harvested"' in offered
    assert 'name="suites" value="harvested"' in quinn.get("/quality/cases").text
    assert [each["name"] for each in quinn.get("/api/suites").json()] == ["bags", "pets", "harvested"]
    quinn.post("/quality/runs")
    clock.now = clock.now + timedelta(minutes=5)
    quinn.post("/quality/runs", data={"suites": ["harvested"]})
    assert [run.suites for run in started] == [("bags", "pets"), ("harvested",)]


def test_runs_of_one_minute_are_told_apart_and_long_lists_of_suites_folded(quinn: TestClient, place: Path) -> None:
    for second in ("07", "51"):
        a_run(place / f"evals/runs/20260101T0000{second}Z", passed=True)
    names = ", ".join(f'"s{number}"' for number in range(9))
    manifest = place / "evals/runs/20260101T000051Z/run.json"
    manifest.write_text(re.sub(r'"suites": \[[^]]*\]', f'"suites": [{names}]', manifest.read_text()))
    listed = quinn.get("/quality/runs").text
    assert "00:00:07 UTC" in listed
    assert "00:00:51 UTC" in listed
    assert "s0, s1, s2 and 6 more" in listed
    assert "s8" in quinn.get("/quality/runs/20260101T000051Z").text


def test_a_run_is_compared_with_the_newest_before_it_of_its_suites(
    quinn: TestClient, place: Path, file: SuiteRunFile, started: list[SuiteRun]
) -> None:
    a_run(place / "evals/runs/20260101T000000Z", passed=True, named="pets")
    a_run(place / "evals/runs/20260102T000000Z", passed=True, named="bags")
    quinn.post("/quality/runs", data={"suites": ["pets"]})
    finish(started[0], file, passed=False)
    page = quinn.get(f"/quality/runs/{started[0].run}").text
    compare = f"/quality/runs?before=20260101T000000Z&amp;after={started[0].run}"
    assert compare in page
    assert "critical cases broke: pets/case-0" in quinn.get(compare.replace("&amp;", "&")).text
    assert "nothing to compare with" in quinn.get("/quality/runs/20260102T000000Z").text


def test_a_run_that_goes_on_is_shown_to_everybody_and_is_not_doubled(
    quinn: TestClient, started: list[SuiteRun]
) -> None:
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    again = quinn.post("/quality/runs", data={"suites": ["pets"]})
    assert again.status_code == 409
    assert "No run was started." in again.text
    assert "0 of 3 cases" in again.text
    quinn.post("/login", data={"name": "Ana", "password": PASSWORD})
    seen = quinn.get("/quality/runs").text
    assert "asked for by Quinn" in seen
    assert "End it" not in seen
    assert len(started) == 1


def test_only_qa_and_supervisors_run_suites(quinn: TestClient, started: list[SuiteRun]) -> None:
    quinn.post("/login", data={"name": "Ana", "password": PASSWORD})
    assert "Run suites</button>" not in quinn.get("/quality/runs").text
    assert quinn.post("/quality/runs", data={"suites": ["bags"]}).status_code == 403
    assert quinn.post("/quality/runs/newest/end").status_code == 403
    assert quinn.post("/api/suite-runs", json={"by": "Sue"}).status_code == 403
    assert quinn.get("/api/suite-runs/newest").status_code == 403
    assert started == []
    quinn.post("/login", data={"name": "Sue", "password": PASSWORD})
    assert quinn.post("/quality/runs").status_code == 200
    assert [run.suites for run in started] == [("bags", "pets")], "none ticked means all"


def test_a_run_is_ended_and_the_next_goes_on_from_what_it_left(
    quinn: TestClient, assistant: Assistant, place: Path, file: SuiteRunFile, started: list[SuiteRun], clock: SetClock
) -> None:
    assert quinn.post("/quality/runs/newest/end").status_code == 404
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    (place / "evals/runs" / started[0].run / "turns.jsonl").write_text("kept")
    assert "It ends at its next step." in quinn.post("/quality/runs/newest/end").text
    with (said := Said(file, started[0])).at_work():
        said.advance(done=1)
    told = quinn.get(f"/quality/runs/{started[0].run}").text
    assert "came to nothing:</b> Quinn ended it" in told
    assert "the next run goes on from there" in told
    clock.now = clock.now + timedelta(minutes=5)
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    (left,) = (place / "evals/runs").iterdir()
    assert left.name == started[1].run
    assert (left / "turns.jsonl").read_text() == "kept"
    said = Said(file, started[1])
    said.advance(done=1)
    with assistant.require_store().read() as look:
        subject = f"suites:{assistant.pack.brand.id}"
        events = [entry.event for entry in look.audit(subject=subject, limit=9)]
    assert events == ["suites_started", "suites_ended", "suites_started"]


def test_who_ends_what_ended_just_now_sees_how(quinn: TestClient, file: SuiteRunFile, started: list[SuiteRun]) -> None:
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    finish(started[0], file)
    ended = quinn.post("/quality/runs/newest/end")
    assert (ended.status_code, ended.url.path) == (200, f"/quality/runs/{started[0].run}")
    assert "gates passed" in ended.text
    assert quinn.post("/api/suite-runs/newest/end", json={"by": "Quinn"}).status_code == 404


def test_a_run_that_was_whole_stays_what_it_was(
    quinn: TestClient, place: Path, file: SuiteRunFile, started: list[SuiteRun], clock: SetClock
) -> None:
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    finish(started[0], file)
    clock.now = clock.now + timedelta(minutes=5)
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    assert {path.name for path in (place / "evals/runs").iterdir()} == {each.run for each in started}


def test_a_service_that_was_stopped_half_way_says_so(
    quinn: TestClient, started: list[SuiteRun], clock: SetClock
) -> None:
    quinn.post("/quality/runs", data={"suites": ["bags"]})
    clock.now = clock.now + timedelta(minutes=5)
    listed = quinn.get("/quality/runs").text
    assert "came to nothing:</b> it was stopped before its end" in listed
    assert "Run suites</button>" in listed
    assert "came to nothing" in quinn.get(f"/quality/runs/{started[0].run}").text


def test_what_cant_be_run_is_said(quinn: TestClient, place: Path, started: list[SuiteRun]) -> None:
    assert quinn.post("/quality/runs", data={"suites": ["../x"]}).status_code == 404
    assert quinn.get("/quality/runs/20200101T000000Z").status_code == 404
    (place / "evals/suites/bags/cases.jsonl").write_text("no json\n")
    page = quinn.get("/quality/runs").text
    assert "cases.jsonl:1: not JSON" in page
    assert "Run suites</button>" not in page
    refused = quinn.get("/api/suites")
    assert (refused.status_code, "cases.jsonl:1" in refused.json()["detail"]) == (503, True)
    (place / "evals/suites").rename(place / "evals/elsewhere")
    assert "put the suites there" in quinn.get("/quality/runs").text
    assert quinn.post("/api/suite-runs", json={"by": "Quinn"}).status_code == 404
    assert started == []


def test_where_runs_cant_be_kept_nothing_is_begun(quinn: TestClient, place: Path, started: list[SuiteRun]) -> None:
    (place / "evals/runs").write_text("a file")
    refused = quinn.post("/quality/runs", data={"suites": ["bags"]})
    assert refused.status_code == 503
    assert "let the service write it" in refused.text
    assert quinn.get("/api/suite-runs/newest").json() is None
    assert started == []


def test_over_http(quinn: TestClient, file: SuiteRunFile, started: list[SuiteRun]) -> None:
    assert [(each["name"], each["cases"]) for each in quinn.get("/api/suites").json()] == [("bags", 3), ("pets", 2)]
    assert quinn.get("/api/suite-runs/newest").json() is None
    assert quinn.post("/api/suite-runs", json={"by": "Sue"}).status_code == 403, "nobody asks under another's name"
    begun = quinn.post("/api/suite-runs", json={"by": "Quinn"})
    assert (begun.status_code, begun.json()["suites"]) == (202, ["bags", "pets"])
    assert begun.json()["by"] == "Quinn"
    assert quinn.post("/api/suite-runs", json={"by": "Quinn"}).status_code == 409
    assert quinn.post("/api/suite-runs/newest/end", json={"by": "Quinn"}).status_code == 202
    assert quinn.get(f"/api/suite-runs/{started[0].run}").status_code == 404
    finish(started[0], file, passed=False)
    assert quinn.get("/api/suite-runs/newest").json()["outcome"] == "failed"
    whole = quinn.get(f"/api/suite-runs/{started[0].run}").json()
    assert (whole["outcome"], whole["gates"][0]["suite"]) == ("failed", "bags")
    assert quinn.get("/api/conversations").status_code == 403, "the rest of the API stays shut"


def test_a_process_of_its_own_says_what_went_wrong(assistant: Assistant, file: SuiteRunFile, tmp_path: Path) -> None:
    client = TestClient(create_app(replace(assistant, folder=tmp_path / "nowhere")))
    client.post("/api/suite-runs", json={"by": "sue", "suites": ["pets"]})
    for _ in range(600):
        if (said := file.read()) is not None and said.ended_at is not None:
            break
        time.sleep(0.1)
    assert "nowhere" in client.get("/quality/runs").text
    assert client.get("/api/suite-runs/newest").json()["problem"]


def rehearsed(monkeypatch: pytest.MonkeyPatch, assistant: Assistant, *findings: Finding) -> None:
    """The process's work is done here, with a pipeline that sends all to people, on articles that aren't indexed."""

    async def respond(mentions: Sequence[Mention], *, evidence: Mapping[str, Evidence] | None = None) -> Sequence[Turn]:
        return [build.turn(None, Decision.HANDOFF, asked=mention, findings=findings) for mention in mentions]

    rehearsal = Rehearsal(pack=assistant.pack, respond=respond, versions=NOW_ANSWERS, follows_pack=False)
    monkeypatch.setattr(suite_runs, "rehearse", lambda settings: rehearsal)
    monkeypatch.setattr("assistant.compose.followed.os.nice", lambda more: None)
    monkeypatch.setattr(suite_runs, "start", lambda work, *arguments: work(*arguments))


def test_what_makes_a_run_say_less_than_it_seems_stands_on_its_page(
    quinn: TestClient, assistant: Assistant, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rehearsed(monkeypatch, assistant)
    cases = place / "evals/suites/pets/cases.jsonl"
    cases.write_text(cases.read_text().replace('"channel": "x"', '"channel": "xx"', 1))
    page = quinn.post("/quality/runs").text
    assert "are not those in the index, which this run judges" in page
    assert "pets/case-0: vars.channel: the pack has no channel &#39;xx&#39;" in page
    assert "can’t be decided: too few cases" in page
    assert "another answers now" not in page


def test_a_run_whose_model_was_away_judges_nothing_and_says_so(
    quinn: TestClient, assistant: Assistant, place: Path, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    away = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="the model was away")
    rehearsed(monkeypatch, assistant, away)
    page = quinn.post("/quality/runs").text
    assert "the model could not be used for 5 of 5 turns: nothing is judged" in page
    clock.now = clock.now + timedelta(minutes=5)
    rehearsed(monkeypatch, assistant)
    assert "5 cases of bags, pets" in quinn.post("/quality/runs").text
    (run,) = (place / "evals/runs").iterdir()
    assert json.loads((run / "run.json").read_text())["reused"] == 0, "what a fallback wrote is asked for again"
