"""What a new colleague meets on the first day with suites: messages that lead on, and what a command can do again."""

import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from assistant.__main__ import _run
from assistant.compose import rehearsal
from assistant.compose.rehearsal import Rehearsal
from tests.eval_builders import Scripted, write
from tests.pipeline_builders import pack

HEAD = "name: small\ngate: {metric: care:route, min: 0.6}\n"


@pytest.fixture
def rehearsed(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    respond = Scripted()
    made = Rehearsal(pack=pack(), respond=respond, versions={"pack": "p1"})
    monkeypatch.setattr(rehearsal, "rehearse", lambda *given, **named: made)
    return respond


def line(case_id: str, message: str, *asserts: object, **variables: object) -> str:
    row = {
        "vars": {"message": message, **variables},
        "assert": asserts or [{"type": "care:route", "value": "AUTO_REPLY"}],
        "metadata": {"id": case_id},
    }
    return json.dumps(row)


@pytest.mark.parametrize("form", ["csv", "inspect"])
def test_an_export_is_written_over_the_one_before(tmp_path: Path, form: str) -> None:
    folder, file = write(tmp_path / "s", HEAD, line("a", "yes")), tmp_path / "cases"
    for _ in range(2):
        assert _run(["eval", "export", str(folder), "--to", form, "--out", str(file)]) == 0
    assert _run(["eval", "export", str(folder), "--to", "promptfoo", "--out", str(file)]) == 3


def test_a_failure_is_named_as_its_rate_is(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    """The table counted `numbers`, and below it `icontains` failed."""
    asserts = [{"type": "icontains", "value": "40x30", "metric": "numbers"}, {"type": "care:route", "value": "HANDOFF"}]
    folder, out = write(tmp_path / "s", HEAD, line("a", "yes", *asserts)), tmp_path / "out"
    _run(["eval", "run", str(folder), "--out", str(out)])
    said = capsys.readouterr().out
    assert "failed small/a numbers (icontains): " in said
    assert "failed small/a care:route: " in said
    assert "numbers (icontains)" in (out / "report.html").read_text(encoding="utf-8")
    assert "0: numbers (icontains)" in (out / "junit.xml").read_text(encoding="utf-8")


def test_ci_shows_what_was_asked_and_said(tmp_path: Path, rehearsed: Scripted) -> None:
    folder, out = write(tmp_path / "s", HEAD, line("a", "no"), line("b", "yes")), tmp_path / "out"
    _run(["eval", "run", str(folder), "--out", str(out)])
    bad, good = ET.parse(out / "junit.xml").getroot().iterfind("testsuite[@name='small']/testcase")  # noqa: S314 - our own file
    assert (bad.findtext("failure") or "").splitlines() == [
        "HANDOFF (low_confidence), wanted AUTO_REPLY",
        "",
        "asked on x: no",
        "HANDOFF, no draft",
    ]
    assert good.find("failure") is None


def test_a_missing_judge_is_named_at_its_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asks = {"type": "care:judge", "value": "nobody"}
    lines = [line("a", "yes"), line("b", "yes", asks), line("c", "yes", asks)]
    folder = write(tmp_path / "s", HEAD, *lines)
    assert _run(["eval", "run", str(folder), "--out", str(tmp_path / "out")]) == 3
    said = capsys.readouterr().err
    there = "there are answers-the-question"
    assert said.count("no judge") == 1
    assert f"small/b and 1 more: care:judge: no judge 'nobody' in evals/judges; {there}" in said


def test_what_the_pack_does_not_have_is_told(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    """A misspelt channel took the pack's first rules for its own, and a misspelt article failed for ever."""
    cites = {"type": "care:cites", "value": ["cabin-bag", "cabin-bags"]}
    lines = [line("a", "yes", channel="twiter"), line("b", "yes", cites), line("c", "yes", brand="other")]
    folder = write(tmp_path / "s", HEAD, *lines, line("d", "yes", channel="x"))
    _run(["eval", "run", str(folder), "--out", str(tmp_path / "out")])
    said = capsys.readouterr().err.splitlines()
    channels = ", ".join(policy.name for policy in pack().channels)
    assert said == [
        f"small/a: vars.channel: the pack has no channel 'twiter'; there are {channels}",
        "small/b: care:cites: the pack has no article 'cabin-bag'",
        f"small/c: vars.brand: 'other' is not the pack's brand, {pack().brand.id}",
    ]


def test_a_comparison_says_how_sure_it_is(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    runs = []
    for number, broken in enumerate((0, 2, 12)):
        lines = (line(f"c{i}", "no" if i < broken else "yes") for i in range(40))
        folder = write(tmp_path / f"s{number}", HEAD, *lines)
        runs.append(str(tmp_path / f"out{number}"))
        _run(["eval", "run", str(folder), "--out", runs[-1]])
    capsys.readouterr()
    assert _run(["eval", "compare", runs[0], runs[1]]) == 2
    said = capsys.readouterr().out
    assert "-5.0 (-12.5 to +0.0)" in said
    assert "undecided: 2 broken, 0 fixed" in said
    assert _run(["eval", "compare", runs[0], runs[2]]) == 1
    assert "worse beyond chance" in capsys.readouterr().out
    assert _run(["eval", "compare", runs[1], runs[0]]) == 0
    assert "0 broken, 2 fixed: nothing is worse" in capsys.readouterr().out
    assert _run(["eval", "compare", "--help"]) == 0
    assert "default: nothing is written" in capsys.readouterr().out


def test_a_baseline_that_lacks_a_suite_says_so(
    tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]
) -> None:
    one = write(tmp_path / "one", HEAD, *(line(f"c{i}", "yes") for i in range(12)))
    two = write(tmp_path / "two", HEAD.replace("small", "large"), *(line(f"c{i}", "yes") for i in range(12)))
    _run(["eval", "run", str(one), "--out", str(tmp_path / "a")])
    capsys.readouterr()
    _run(["eval", "run", str(one), str(two), "--out", str(tmp_path / "b"), "--baseline", str(tmp_path / "a")])
    assert "the baseline has no case of large" in capsys.readouterr().err


def test_only_what_failed_is_run_again(tmp_path: Path, rehearsed: Scripted, capsys: pytest.CaptureFixture[str]) -> None:
    """Its rates say nothing of the suite, so no gate is held against them."""
    lines = [line(f"c{i}", "no" if i < 2 else "yes") for i in range(12)]
    folder, first = write(tmp_path / "s", HEAD, *lines), str(tmp_path / "first")
    _run(["eval", "run", str(folder), "--out", first])
    rehearsed.asked.clear()
    assert _run(["eval", "run", str(folder), "--failed", first, "--out", str(tmp_path / "again")]) == 1
    assert rehearsed.asked == ["small/c0", "small/c1"]
    said = capsys.readouterr().out
    assert "2 of 2 cases that failed there fail still: small/c0, small/c1" in said
    assert json.loads((tmp_path / "again" / "run.json").read_text(encoding="utf-8"))["outcome"] is None
    assert "gate" not in said.split("2 of 2 cases")[1]
    write(folder, HEAD, line("c0", "yes"), *lines[1:])
    assert _run(["eval", "run", str(folder), "--failed", first, "--out", str(tmp_path / "third")]) == 1
    assert "1 of 2 cases that failed there fails still: small/c1" in capsys.readouterr().out
    write(folder, HEAD, line("c0", "yes"), line("c1", "yes"), *lines[2:])
    assert _run(["eval", "run", str(folder), "--failed", first, "--out", str(tmp_path / "fourth")]) == 0
    assert "all 2 cases that failed there pass" in capsys.readouterr().out
    assert _run(["eval", "run", str(folder), "--failed", str(tmp_path / "fourth"), "--out", str(tmp_path / "f")]) == 0
    assert "no case of these suites failed in" in capsys.readouterr().out
    assert not (tmp_path / "f").exists()
    other = write(tmp_path / "other", HEAD.replace("small", "other"), line("a", "yes"))
    assert _run(["eval", "run", str(other), "--failed", first, "--out", str(tmp_path / "g")]) == 3
    assert "other: not in the run whose failures were asked for, which ran small" in capsys.readouterr().err


def test_what_is_no_promptfoo_configuration_says_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = tmp_path / "cases.csv"
    table.write_text('id,__expected1\nb1,"x: ""{""type"": ""y""}"\n', encoding="utf-8")
    assert _run(["eval", "import", str(table), "--from", "promptfoo", "--out", str(tmp_path / "s")]) == 3
    said = capsys.readouterr().err
    assert "unicode string" not in said
    assert f"{table}:2: not YAML" in said


def test_an_import_says_what_it_replaced(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A table of another suite put its cases in place of all there were, without a word."""
    one = write(tmp_path / "one", HEAD, line("a", "yes"), line("b", "yes"))
    two = write(tmp_path / "two", HEAD, line("b", "no"), line("c", "yes"), line("d", "yes"))
    table = str(tmp_path / "t.csv")
    _run(["eval", "export", str(two), "--to", "csv", "--out", table])
    capsys.readouterr()
    assert _run(["eval", "import", table, "--from", "csv", "--out", str(one)]) == 0
    assert "3 case(s) in" in (said := capsys.readouterr().out)
    assert "2 new, 1 changed, 1 gone: a" in said
    assert _run(["eval", "import", table, "--from", "csv", "--out", str(one)]) == 0
    assert "nothing changed" in capsys.readouterr().out
