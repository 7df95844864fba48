"""`assistant eval` from the outside: files in, files and exit status out."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assistant.__main__ import _run
from assistant.compose import rehearsal
from assistant.compose.rehearsal import Rehearsal
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.vocabulary import Severity
from assistant.errors import PromptInvalid
from assistant.evals.suite import load_suite
from tests.eval_builders import Scripted, write
from tests.pipeline_builders import pack

HEAD = "name: small\ngate: {metric: care:route, min: 0.6, on: lower95}\n"


def line(case_id: str, message: str, decision: str = "AUTO_REPLY", severity: str = "normal") -> str:
    asserts = [{"type": "care:route", "value": decision}]
    metadata = {"id": case_id, "severity": severity}
    return json.dumps({"vars": {"message": message}, "assert": asserts, "metadata": metadata})


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    respond = Scripted()

    def rehearse(*given: object, **named: object) -> Rehearsal:
        return Rehearsal(pack=pack(), respond=respond, versions={"pack": "p1"})

    monkeypatch.setattr(rehearsal, "rehearse", rehearse)
    return respond


def test_the_exit_status_says_what_the_gates_say(tmp_path: Path, rehearsed: Scripted) -> None:
    good = [line(f"c{i}", "yes") for i in range(12)]
    bad = [line(f"c{i}", "no") for i in range(12)]
    critical = [*good, line("k", "no", severity="critical")]
    for lines, status in ((good, 0), (bad, 1), (good[:3], 2), (critical, 1)):
        folder = write(tmp_path / f"suite{status}{len(lines)}", HEAD, *lines)
        out = tmp_path / f"out{status}{len(lines)}"
        assert _run(["eval", "run", str(folder), "--out", str(out)]) == status
        written = sorted(path.name for path in out.iterdir())
        assert written == ["junit.xml", "report.html", "run.json", "scores.jsonl", "turns.jsonl"]


def test_an_unreadable_suite_exits_3(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write(tmp_path / "s", HEAD, '{"vars": {}}')
    assert _run(["eval", "run", str(folder)]) == 3
    assert "cases.jsonl:1: vars.message" in capsys.readouterr().err
    assert _run(["eval", "run", "no-such-suite"]) == 3
    assert _run(["eval", "score", "--drafts", str(tmp_path / "none.jsonl")]) == 3
    assert _run(["eval", "compare", str(tmp_path), str(tmp_path)]) == 3


def test_runs_are_resumed_repeated_and_compared(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "s", HEAD, *(line(f"c{i}", "yes") for i in range(12)))
    one, two = tmp_path / "one", tmp_path / "two"
    assert _run(["eval", "run", str(folder), "--out", str(one), "--repeats", "2"]) == 0
    assert len(rehearsed.asked) == 24
    assert _run(["eval", "run", str(folder), "--out", str(one), "--repeats", "2"]) == 0
    assert len(rehearsed.asked) == 24
    write(folder, HEAD, *(line(f"c{i}", "yes" if i else "no") for i in range(12)))
    assert _run(["eval", "run", str(folder), "--out", str(two), "--baseline", str(one)]) == 0
    assert "vs baseline" in capsys.readouterr().out
    assert _run(["eval", "compare", str(one), str(two), "--out", str(tmp_path / "diff")]) == 2
    assert (tmp_path / "diff" / "report.html").exists()
    said = capsys.readouterr().out
    assert "undecided: 1 broken, 0 fixed, too few pairs to tell it from chance" in said
    assert _run(["eval", "compare", str(two), str(two)]) == 0
    assert "no case passes or fails otherwise than before" in capsys.readouterr().out


def test_a_run_that_is_compared_is_not_written_over(tmp_path: Path, rehearsed: Scripted) -> None:
    suite = str(write(tmp_path / "s", HEAD, *(line(f"c{i}", "no") for i in range(12))))
    run, page = str(tmp_path / "one"), tmp_path / "one" / "report.html"
    _run(["eval", "run", suite, "--out", run])
    before = page.read_bytes()
    assert _run(["eval", "run", suite, "--baseline", run, "--out", run]) == 64
    assert _run(["eval", "run", suite, "--failed", f"{run}/run.json", "--out", f"{run}/"]) == 64
    assert _run(["eval", "compare", run, run, "--out", run]) == 64
    assert page.read_bytes() == before


def test_a_run_of_other_suites_is_not_written_over(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    """One suite after another into one folder left the last."""
    cases = [line(f"c{i}", "yes") for i in range(12)]
    one, two = write(tmp_path / "s", HEAD, *cases), write(tmp_path / "o", HEAD.replace("small", "other"), *cases)
    drafts, out = tmp_path / "drafts.jsonl", str(tmp_path / "out")
    drafts.write_text('{"draft": "No.", "assert": [{"type": "contains", "value": "No"}]}', encoding="utf-8")
    assert _run(["eval", "run", str(one), "--out", out]) == 0
    assert _run(["eval", "run", str(two), "--out", out]) == 64
    assert f"--out holds a run of small, which would be written over: {out}" in capsys.readouterr().err
    assert _run(["eval", "score", "--drafts", str(drafts), "--out", out]) == 64
    assert _run(["eval", "run", str(one), str(two), "--out", out]) == 0
    assert _run(["eval", "run", str(one), "--out", out]) == 64


def test_what_failed_in_every_try_is_named_once_and_critical_cases_first(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    many = [line(f"c{i}", "no") for i in range(20)]
    folder = write(tmp_path / "s", HEAD, *many, line("k", "no", severity="critical"))
    assert _run(["eval", "run", str(folder), "--out", str(tmp_path / "one"), "--repeats", "3"]) == 1
    failed = [said for said in capsys.readouterr().out.splitlines() if said.startswith("failed small/")]
    assert failed[0].startswith("failed small/k care:route (3 of 3 tries): ")
    assert failed[1].startswith("failed small/c0 ")
    assert len(failed) == 15


def test_repeats_say_how_often_a_case_passes_every_time_and_failed_gates_come_last(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    bad = write(tmp_path / "bad", HEAD.replace("small", "bad"), *(line(f"c{i}", "no") for i in range(12)))
    good = write(tmp_path / "good", HEAD, *(line(f"c{i}", "yes") for i in range(12)))
    assert _run(["eval", "run", str(bad), str(good), "--out", str(tmp_path / "one"), "--repeats", "3"]) == 1
    said = capsys.readouterr().out
    assert "pass^3" in said
    assert said.index("passed    small") < said.index("failed    bad")
    assert "100.0%" in next(row for row in said.splitlines() if row.startswith("small"))
    assert _run(["eval", "run", str(good), "--out", str(tmp_path / "two")]) == 0
    assert "pass^" not in capsys.readouterr().out


def test_a_model_that_is_away_proves_nothing(
    tmp_path: Path, rehearsed: Scripted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its fallback wrote every draft, all gates passed, and the run said nothing."""
    note = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="a-model could not be used")

    async def away(mentions: Sequence[Mention], *, evidence: Mapping[str, Evidence] | None = None) -> Sequence[Turn]:
        written = await rehearsed(mentions, evidence=evidence)
        return [each.model_copy(update={"findings": (note,)}) for each in written[:3]] + list(written[3:])

    made = Rehearsal(pack=pack(), respond=away, versions={"pack": "p1"})
    monkeypatch.setattr(rehearsal, "rehearse", lambda *given, **named: made)
    few = write(tmp_path / "few", HEAD, *(line(f"c{i}", "yes") for i in range(12)))
    many = write(tmp_path / "many", HEAD, *(line(f"c{i}", "yes") for i in range(64)))
    assert _run(["eval", "run", str(few), "--out", str(tmp_path / "a")]) == 3
    assert "the model could not be used for 3 of 12 turns: nothing is judged" in capsys.readouterr().err
    assert not (tmp_path / "a" / "run.json").exists()
    assert _run(["eval", "run", str(many), "--out", str(tmp_path / "b")]) == 0
    assert "the model could not be used for 3 of 64 turns" in capsys.readouterr().err


def test_an_interrupted_run_says_how_to_go_on(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write(tmp_path / "s", HEAD, *(line(f"c{i}", "yes") for i in range(70))), tmp_path / "out"
    rehearsed.fail_after = 0
    assert _run(["eval", "run", str(folder), "--out", str(out)]) == 130
    assert "go on" not in capsys.readouterr().err
    rehearsed.fail_after = 64
    assert _run(["eval", "run", str(folder), "--out", str(out)]) == 130
    assert f"what was answered is kept; go on with --out {out}" in capsys.readouterr().err


def test_articles_that_search_does_not_have_yet_are_no_proof(
    tmp_path: Path, rehearsed: Scripted, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = write(tmp_path / "s", HEAD, line("a", "yes")), str(tmp_path / "out")
    _run(["eval", "run", str(folder), "--out", out])
    assert "as written" not in capsys.readouterr().err
    behind = Rehearsal(pack=pack(), respond=rehearsed, versions={"pack": "p2"}, follows_pack=False)
    monkeypatch.setattr(rehearsal, "rehearse", lambda *given, **named: behind)
    _run(["eval", "run", str(folder), "--out", out])
    assert "to judge them as written before they go live, add --knowledge " in capsys.readouterr().err


def test_against_a_baseline_what_changed_is_named_though_no_gate_asks_and_suites_not_run_are_one_line(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = [line(f"c{i}", "yes") for i in range(12)]
    loud = json.loads(cases[0])
    loud["assert"].append({"type": "icontains", "value": "small bag"})
    folder = write(tmp_path / "s", HEAD, json.dumps(loud), *cases[1:])
    other = write(tmp_path / "o", HEAD.replace("small", "other"), *cases)
    one, two = str(tmp_path / "one"), str(tmp_path / "two")
    _run(["eval", "run", str(folder), str(other), "--out", one])
    loud["assert"][1]["value"] = "large bag"
    write(folder, HEAD, json.dumps(loud), *cases[1:])
    capsys.readouterr()
    assert _run(["eval", "run", str(folder), "--out", two, "--baseline", one]) == 0
    assert "passed → failed small/c0 icontains" in capsys.readouterr().out
    assert _run(["eval", "compare", one, two]) == 2
    said = capsys.readouterr().out
    assert "only in A: other" in said
    assert "gone" not in said


def test_new_and_gone_cases_are_counted_and_not_listed_without_end(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "s", HEAD, *(line(f"c{i}", "yes") for i in range(40)))
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "one")])
    write(folder, HEAD, line("c0", "yes"))
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "two")])
    capsys.readouterr()
    assert _run(["eval", "compare", str(tmp_path / "one"), str(tmp_path / "two")]) == 0
    said = capsys.readouterr().out
    assert "39 gone: " in said
    assert "and 24 more" in said


def test_a_broken_critical_case_fails_the_comparison(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = write(tmp_path / "s", HEAD, line("k", "yes", severity="critical"))
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "one")])
    write(folder, HEAD, line("k", "no", severity="critical"))
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "two")])
    capsys.readouterr()
    assert _run(["eval", "compare", str(tmp_path / "one"), str(tmp_path / "two")]) == 1
    said = capsys.readouterr().out
    assert "critical cases broke: small/k" in said
    assert "1 with another message than in A: small/k" in said


def test_stored_drafts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = {"id": "1", "draft": "Refunds take 5 days.", "assert": [{"type": "contains", "value": "5 days"}]}
    bad = {"id": "2", "draft": "No.", "assert": [{"type": "contains", "value": "5 days"}]}
    drafts, out, errors = tmp_path / "drafts.jsonl", tmp_path / "out", tmp_path / "errors.txt"
    for rows, status in (([good], 0), ([good, bad], 1), ([good, {"id": "3"}], 1)):
        drafts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        command = ["eval", "score", "--drafts", str(drafts), "--out", str(out), "--errors", str(errors)]
        assert _run(command) == status
    assert errors.read_text(encoding="utf-8").startswith("line 2: draft: a text is needed")
    scores = [json.loads(row) for row in (out / "scores.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["case_id"], row["pass"]) for row in scores] == [("1", True)]
    unrouted = {"type": "care:route", "value": "REVIEW"}
    both = {**good, "assert": [{"type": "contains", "value": "5 days"}, unrouted]}
    for severity, status in (("normal", 0), ("critical", 2)):
        drafts.write_text(json.dumps({**both, "severity": severity}), encoding="utf-8")
        assert _run(["eval", "score", "--drafts", str(drafts), "--out", str(out)]) == status
    drafts.write_text(json.dumps({**good, "assert": [unrouted]}), encoding="utf-8")
    assert _run(["eval", "score", "--drafts", str(drafts), "--out", str(out)]) == 2


@pytest.mark.parametrize("name", ["thread[/2]", "refund[de]"])
def test_brackets_in_a_name_are_no_markup(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafts, out = tmp_path / "drafts.jsonl", [str(tmp_path / run) for run in ("one", "two")]
    for run, wanted in zip(out, ("No", "Yes"), strict=True):
        held = [{"type": "icontains", "value": wanted, "metric": name}]
        drafts.write_text(json.dumps({"id": name, "draft": "No.", "assert": held}), encoding="utf-8")
        assert _run(["eval", "score", "--drafts", str(drafts), "--out", run]) == (wanted == "Yes")
    assert f"failed drafts/{name} {name} (icontains)" in capsys.readouterr().out
    assert _run(["eval", "compare", *out]) == 2
    assert f"failed drafts/{name} {name}" in capsys.readouterr().out


def test_a_field_that_is_misspelt_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drafts = tmp_path / "drafts.jsonl"
    held = [{"type": "contains", "value": "5 days"}]
    rows = [{"draft": "5 days.", "assert": held, "asert": held}, {"draft": "5 days.", "assert": held, "id": "2"}]
    drafts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    assert _run(["eval", "score", "--drafts", str(drafts), "--out", str(tmp_path / "out")]) == 0
    assert capsys.readouterr().err == "not read, no such field: asert (1 row)\n"


def test_suites_leave_and_come_back(tmp_path: Path, rehearsed: Scripted) -> None:
    folder = write(tmp_path / "s", HEAD, line("a", "yes"), line("b", "@larkspurair no", "HANDOFF"))
    whole = load_suite(folder)
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "run")])
    pairs = {"promptfoo": "foo/promptfooconfig.yaml", "inspect": "samples.jsonl"}
    for form, name in pairs.items():
        target = tmp_path / (name.split("/")[0])
        run = ["--run", str(tmp_path / "run")] if form == "promptfoo" else []
        assert _run(["eval", "export", str(folder), "--to", form, "--out", str(target), *run]) == 0
        assert _run(["eval", "import", str(tmp_path / name), "--from", form, "--out", str(tmp_path / form)]) == 0
        assert load_suite(tmp_path / form) == whole
    assert "small bag" in (tmp_path / "foo" / "promptfooconfig.yaml").read_text(encoding="utf-8")
    assert (tmp_path / "foo" / "care_assertion.py").exists()
    table = tmp_path / "cases.csv"
    assert _run(["eval", "export", str(folder), "--to", "csv", "--out", str(table)]) == 0
    (folder / "cases.jsonl").write_text("", encoding="utf-8")
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(folder)]) == 0
    assert load_suite(folder) == whole


def test_a_thousand_stored_drafts_in_one_process(tmp_path: Path) -> None:
    asserts = [{"type": "icontains", "value": "bag"}, {"type": "not-contains", "value": "guarantee"}]
    drafts = tmp_path / "drafts.jsonl"
    rows = ({"id": str(i), "draft": f"One small bag, number {i}.", "assert": asserts} for i in range(1000))
    drafts.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "assistant",
        "eval",
        "score",
        "--drafts",
        str(drafts),
        "--out",
        str(tmp_path / "o"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_wrong_usage_of_replay_and_recall_exits_64(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _run(["replay", "--with", "colour=blue"]) == 64
    assert "write one of prompts=" in capsys.readouterr().err
    assert _run(["replay", "--with", f"knowledge={tmp_path / 'nowhere'}"]) == 64
    assert _run(["replay", "--with", "model=one", "--with", "model=two"]) == 64
    assert "model stands twice" in capsys.readouterr().err
    assert _run(["recall", "cabin-bag-size"]) == 64
    assert "give ARTICLE@VERSION" in capsys.readouterr().err


def test_a_prompt_with_a_mistake_is_no_verdict_on_a_change(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*given: object, **named: object) -> Rehearsal:
        raise PromptInvalid("reply.j2", "its header lacks inputs")

    monkeypatch.setattr(rehearsal, "rehearse", broken)
    assert _run(["eval", "run", str(write(tmp_path / "s", HEAD, line("a", "yes")))]) == 3
