"""Training and QA pages, and colleagues called in notes."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import pytest
from starlette.testclient import TestClient

from assistant.compose import Assistant, models_dir
from assistant.desk.agents import add_agent
from assistant.desk.triage import called_in
from assistant.domain.agent import Role
from assistant.evals.gates import judge_gates
from assistant.evals.report import write_report
from assistant.evals.results import Manifest, Run, ScoreRow, read_run
from assistant.learning.versions import versions
from assistant.web.console import quality
from assistant.workflows.train import train_file
from tests.builders import HashEmbedder, QuickPasswords
from tests.desk_builders import NOW
from tests.eval_builders import case, suite
from tests.web.conftest import PASSWORD
from tests.web.test_api import take


def test_a_message_is_relabelled_and_taken_back(client: TestClient) -> None:
    talk = take(client, "what about this")["conversation_id"]
    page = client.get(f"/conversations/{talk}").text
    turn = re.search(r'name="turn_id" value="([^"]+)"', page)
    assert turn is not None
    said = client.post(f"/conversations/{talk}/relabel", data={"turn_id": turn[1], "label": "oos"})
    assert "Kept as an example" in said.text
    listed = client.get("/quality").text
    assert "what about this" in listed
    assert "Out of scope" in listed
    undo = re.search(r'action="(/quality/relabels/[^"]+)"', listed)
    assert undo is not None
    for _ in range(2):
        assert "taken back by console" in (once := client.post(undo[1]).text)
    assert 'name="again" value="true"' in once
    assert "taken back by" not in client.post(undo[1], data={"again": "true"}).text
    wrong = client.post(f"/conversations/{talk}/relabel", data={"turn_id": turn[1], "label": "nonsense"})
    assert "choose an intent" in wrong.text


async def planting_none(count: int, **_: object) -> list[int]:
    return []


def test_what_reviewers_catch(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "None planted yet" in client.get("/quality/reviewers").text
    assert "Wrong drafts wait among the others now" in client.post("/quality/canaries").text
    monkeypatch.setattr(quality, "plant_canaries", planting_none)
    assert "None could be planted" in client.post("/quality/canaries").text


def a_run(
    folder: Path, *, passed: bool, named: str = "tier-one", versions: Mapping[str, str] = MappingProxyType({})
) -> None:
    rows = tuple(
        ScoreRow.model_validate(
            {
                "suite": named,
                "case_id": f"case-{number}",
                "epoch": 0,
                "index": 0,
                "assertion": "care:route",
                "metric": "care:route",
                "value": 1.0,
                "pass": passed or number > 0,
                "reason": "because",
                "cluster": f"case-{number}",
                "severity": "critical",
            }
        )
        for number in range(3)
    )
    manifest = Manifest(started_at=NOW, seconds=1, repeats=1, suites=(named,), cases=3, versions=versions)
    asked = suite(*(case(row.case_id, severity="critical") for row in rows), name=named, least=0.3)
    write_report(folder, Run(manifest=manifest, scores=rows), gates=judge_gates([asked], rows))


def test_runs_are_listed_and_compared(client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "No runs yet" in client.get("/quality/runs").text
    a_run(tmp_path / "evals/runs/2026-03-01", passed=True)
    a_run(tmp_path / "evals/runs/2026-03-02", passed=False)
    listed = client.get("/quality/runs").text
    assert "2 gates, all passed" in listed
    assert '<b class="hot">failed</b>' in listed
    assert "<b>failed</b> tier-one critical cases: 1 of 3 failed: tier-one/case-0" in listed
    compared = client.get("/quality/runs?before=2026-03-01&after=2026-03-02").text
    assert "-33.3" in compared
    assert "Worse: critical cases broke: tier-one/case-0" in compared
    assert '<td class="number">3</td><td class="number">100.0 %</td><td class="number">66.7 %</td>' in compared
    a_run(tmp_path / "evals/runs/2026-03-03", passed=True, named="other")
    apart = client.get("/quality/runs?before=2026-03-01&after=2026-03-03").text
    assert "Only before: tier-one/case-0, tier-one/case-1, tier-one/case-2" in apart
    assert "Only after: other/case-0, other/case-1, other/case-2" in apart
    assert client.get("/quality/runs?before=2026-03-01&after=../../etc").status_code == 404


def test_a_runs_report_opens_in_the_console(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who couldn't reach the folder saw no failed case, and no page said whether a gate held."""
    monkeypatch.chdir(tmp_path)
    a_run(tmp_path / "evals/runs/2026-03-02", passed=False)
    (tmp_path / "evals/secret").mkdir()
    (tmp_path / "evals/secret/report.html").write_text("no", encoding="utf-8")
    where = "/quality/runs/2026-03-02/report"
    assert f'href="{where}"' in client.get("/quality/runs").text
    page = client.get(where)
    assert "tier-one/case-0" in page.text
    assert page.headers["content-security-policy"] == "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert client.get("/quality/runs/..%2fsecret/report").status_code == 404
    assert client.get("/quality/runs/secret/report").status_code == 404
    (tmp_path / "evals/runs/2026-03-02/report.html").unlink()
    assert client.get(where).status_code == 404
    assert f'href="{where}"' not in client.get("/quality/runs").text


def test_a_run_without_gates_says_so_and_runs_are_listed_without_their_turns(
    client: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty runs of all suites took the page seconds: each turn of each was read for a number."""
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "evals/runs/2026-03-01"
    a_run(folder, passed=True)
    write_report(folder, read_run(folder), gates=())
    monkeypatch.setattr("assistant.evals.results.read_turns", lambda folder: pytest.fail("turns were read"))
    assert "no gates" in client.get("/quality/runs").text
    assert client.get("/quality/runs?before=2026-03-01&after=2026-03-01").status_code == 200


@pytest.mark.parametrize(
    ("text", "called"),
    [
        ("@Ben look", ("Ben",)),
        ("see @ben and @Ben Long, @ben", ("Ben", "Ben Long")),
        ("mail ben@Ben or @Benjamin", ()),
        ("(@Ben) @nobody", ("Ben",)),
        ("", ()),
    ],
)
def test_who_is_called(text: str, called: tuple[str, ...]) -> None:
    assert called_in(text, ["Ana", "Ben", "Ben Long"]) == called


def test_a_colleague_called_in_a_note_is_told(client: TestClient, assistant: Assistant) -> None:
    talk = take(client, "what about this")["conversation_id"]
    with assistant.require_store().begin() as tx:
        for name in ("Ana", "Ben"):
            add_agent(tx, name=name, role=Role.AGENT, queues=(), password=PASSWORD, passwords=QuickPasswords(), at=NOW)
    client.post("/login", data={"name": "Ana", "password": PASSWORD})
    note = {"action": "note", "value": "@Ben can you check the size? @Ana"}
    client.post(f"/conversations/{talk}/desk", data=note)
    assert "Called for you" not in client.get("/queue/waiting").text
    client.post("/login", data={"name": "Ben", "password": PASSWORD})
    assert "Called for you" in client.get("/queue/waiting").text
    assert "can you check the size?" in client.get("/calls").text
    client.get(f"/conversations/{talk}")
    assert "Called for you" not in client.get("/queue/waiting").text
    assert "can you check the size?" in client.get("/calls").text


def two_models(assistant: Assistant, folder: Path) -> list[str]:
    """The fingerprints of two models of the brand, the older first."""
    rows = [
        {"text": f"{words} {number}", "label": label}
        for label, words in (("pets", "can my dog fly"), ("refund", "where is my money"))
        for number in ("please", "today", "then", "now")
    ]
    made = []
    for count in (6, 8):
        file = folder / "rows.jsonl"
        file.write_text("\n".join(json.dumps(row) for row in rows[:count]), encoding="utf-8")
        out = models_dir(assistant.settings, assistant.pack)
        card = train_file(
            file, validation=None, embedder=HashEmbedder(), out=out, progress=lambda steps, total: None
        ).card
        made.append(card.fingerprint)
    return made


def test_a_person_reads_the_whole_card_and_puts_an_earlier_model_back(
    client: TestClient, assistant: Assistant, tmp_path: Path
) -> None:
    older, newer = two_models(assistant, tmp_path)
    listed = client.get("/quality").text
    assert f'href="/quality/models/{newer}"' in listed
    card = client.get(f"/quality/models/{newer}").text
    for section in ("Thresholds", "Reliability", "Risk and coverage", "Near-duplicates across intents", "Too few"):
        assert section in card
    assert f'action="/quality/models/{newer}"' not in listed, "it is in use"
    assert "Put in place: it judges the next mention." in client.post(f"/quality/models/{older}").text
    folder = models_dir(assistant.settings, assistant.pack)
    assert {each.fingerprint: each.standing for each in versions(folder)} == {older: "in use", newer: "set aside"}
    with assistant.require_store().read() as look:
        (entry,) = look.audit(subject=f"model:{assistant.pack.brand.id}", limit=9)
    assert (entry.event, json.loads(entry.facts)) == ("model_put_in_place", {"model": older})


def test_the_whole_card_is_read_over_http(client: TestClient, assistant: Assistant, tmp_path: Path) -> None:
    _, newer = two_models(assistant, tmp_path)
    card = client.get(f"/api/models/{newer}").json()
    assert card["fingerprint"] == newer
    assert {"reliability", "risk_coverage", "suggestions", "near_duplicates", "few_examples"} <= card.keys()
    for nobody in ("feedfeedfeedfeed", "a.b"):
        assert client.get(f"/api/models/{nobody}").status_code == 404
        assert client.get(f"/quality/models/{nobody}").status_code == 404
        assert client.post(f"/quality/models/{nobody}").status_code in {404, 405}
