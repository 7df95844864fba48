"""`assistant eval` given what nobody should give it: each mistake named by file and line, never a traceback."""

import json
from pathlib import Path

import pytest

from assistant.__main__ import _run
from tests.eval_builders import write

HEAD = "name: small\ngate: {metric: is-json, min: 0.6}\n"
CASE = '{"vars": {"message": "hi"}, "assert": [{"type": "is-json"}], "metadata": {"id": "a"}}'


@pytest.mark.parametrize(
    ("head", "lines", "said"),
    [
        (HEAD, [], "cases.jsonl: no case"),
        (HEAD, [CASE, "", CASE], "cases.jsonl:3: metadata.id: 'a' stands in line 1 already"),
        (HEAD, [CASE, "{"], "cases.jsonl:2: not JSON"),
        (HEAD, ["[]"], "cases.jsonl:1: "),
        (HEAD, [CASE.replace("is-json", "care:nothing")], "cases.jsonl:1: assert.0: type: no assertion type"),
        (HEAD, [CASE.replace('"is-json"', '"latency", "threshold": NaN')], "cases.jsonl:1: not JSON"),
        (HEAD, [CASE.replace('"is-json"', '"contains", "value": Infinity')], "cases.jsonl:1: not JSON"),
        (HEAD, [CASE.replace('"is-json"', '"is-json", "weight": -1')], "assert.0.weight"),
        (HEAD, [CASE.replace('"hi"', '"hi", "channels": "x"')], "vars.channels"),
        (HEAD, [CASE.replace('"is-json"', '"care:judge"')], "the name of a judge is needed"),
        ("name: small\ngate: {metric: is-json\n", [CASE], "suite.yaml:3: not YAML"),
        ("name: small\n\tgate: x\n", [CASE], "suite.yaml:2: not YAML"),
        ("name: small\ngate: {metric: is-json, min: .nan}\n", [CASE], "suite.yaml: min"),
        ("name: small\ngate: {metric: is-json, min: 1.5}\n", [CASE], "suite.yaml: min"),
        ("name: small\ngate: {metric: cost, min: 0.5}\n", [CASE], "no case asserts 'cost'"),
        ("name: ../up\ngate: {metric: is-json, min: 0.6}\n", [CASE], "suite.yaml: name"),
        ("- a list\n", [CASE], "suite.yaml:1: a mapping"),
    ],
)
def test_a_bad_suite_exits_3_and_names_the_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], head: str, lines: list[str], said: str
) -> None:
    assert _run(["eval", "run", str(write(tmp_path / "s", head, *lines)), "--out", str(tmp_path / "out")]) == 3
    told = capsys.readouterr().err
    assert said in told
    assert "Traceback" not in told
    assert not (tmp_path / "out" / "run.json").exists()


@pytest.mark.parametrize(
    "command",
    [
        ["eval", "run"],
        ["eval", "run", "x", "--repeats", "0"],
        ["eval", "score"],
        ["eval", "compare", "x"],
        ["eval", "export", "x", "--to", "excel", "--out", "y"],
        ["eval", "judge", "card"],
        ["eval", "harvest", "--wrong", "words"],
        ["eval", "harvest", "--good"],
        ["eval", "harvest", "turn", "--good", "--wrong", "words"],
        ["recall"],
        ["canaries", "plant", "-n", "0"],
    ],
)
def test_wrong_usage_exits_64(command: list[str]) -> None:
    assert _run(command) == 64


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ('{"draft": NaN}', "line 1"),
        ('{"draft": 7}', "draft: a text is needed"),
        ('{"draft": "x", "vars": []}', "vars: an object is needed"),
        ('{"draft": "x", "assert": [{"type": "care:rout"}]}', "no assertion type"),
        ('{"turn": {"mention_id": "m"}}', "turn.mention"),
        ('{"draft": "x", "id": "a", "assert": [{"type": "contains"}]}', "value"),
        ("\x00", "line 1"),
    ],
)
def test_a_bad_draft_is_named_by_line_and_the_rest_is_scored(tmp_path: Path, row: str, said: str) -> None:
    drafts, errors, out = tmp_path / "d.jsonl", tmp_path / "e.txt", tmp_path / "out"
    good = '{"id": "good", "draft": "x", "assert": [{"type": "equals", "value": "x"}]}'
    drafts.write_text(f"{row}\n{good}\n", encoding="utf-8")
    assert _run(["eval", "score", "--drafts", str(drafts), "--out", str(out), "--errors", str(errors)]) == 1
    told = errors.read_text(encoding="utf-8")
    assert told.startswith("line 1")
    assert said in told
    (score,) = (out / "scores.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(score)["case_id"] == "good"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "'="])
def test_no_cell_of_an_exported_table_runs_as_a_formula(tmp_path: Path, start: str) -> None:
    message = f"{start}HYPERLINK(1)"
    line = CASE.replace('"hi"', json.dumps(message))
    folder, table = write(tmp_path / "s", HEAD, line), tmp_path / "t.csv"
    assert _run(["eval", "export", str(folder), "--to", "csv", "--out", str(table)]) == 0
    assert f"'{start}" in table.read_bytes().decode()
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(folder)]) == 0
    (back,) = (folder / "cases.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(back)["vars"]["message"] == message


def test_too_few_labels_make_no_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "kind"
    folder.mkdir()
    assert _run(["eval", "judge", "card", str(folder)]) == 3
    assert "a judge is a folder with rubric.md" in capsys.readouterr().err
    (folder / "rubric.md").write_text("Is it kind?", encoding="utf-8")
    assert _run(["eval", "judge", "card", str(folder)]) == 2
    assert "0 human labels, 200 more are needed" in capsys.readouterr().out
    assert not (folder / "card.json").exists()
