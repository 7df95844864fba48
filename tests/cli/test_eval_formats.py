"""Suites leave for other tools and come back by command, and each says what it wrote."""

from pathlib import Path

import pytest

from assistant.__main__ import _run
from assistant.evals.suite import load_suite
from tests.eval_builders import write

HEAD = "name: small\ngate: {metric: is-json, min: 0.6}\n"
CASE = '{"vars": {"message": "für zwölf"}, "assert": [{"type": "is-json"}], "metadata": {"id": "a"}}'


def test_a_spreadsheet_is_told_the_encoding_and_keeps_its_letters(tmp_path: Path) -> None:
    folder, table = write(tmp_path / "s", HEAD, CASE), tmp_path / "t.csv"
    assert _run(["eval", "export", str(folder), "--to", "csv", "--out", str(table)]) == 0
    assert table.read_bytes().startswith(b"\xef\xbb\xbf")
    table.write_bytes(table.read_text(encoding="utf-8-sig").replace(",", ";").encode("utf-16"))
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(folder)]) == 0
    assert load_suite(folder).cases[0].vars.message == "für zwölf"


def test_a_table_becomes_a_suite_that_runs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, folder = tmp_path / "t.csv", tmp_path / "bags"
    table.write_text("message,__expected\nhow big?,icontains: 40x30\n", encoding="utf-8")
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(folder)]) == 0
    whole = load_suite(folder)
    assert (whole.name, whole.cases[0].id, whole.gates[0].metric) == ("bags", "line-2", "icontains")
    assert capsys.readouterr().out == f"1 case(s) in {folder}; gate: icontains at least 0.9\n"
    bad = tmp_path / "Bags & more"
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(bad)]) == 3
    assert "small letters, digits and hyphens" in capsys.readouterr().err
    assert not bad.exists()


@pytest.mark.parametrize("text", ["", "message,__expected\n", "message,__expected\nhi,contains: x\n"])
def test_a_table_that_makes_no_suite_leaves_the_old_one(tmp_path: Path, text: str) -> None:
    folder, table = write(tmp_path / "s", HEAD, CASE), tmp_path / "t.csv"
    table.write_text(text, encoding="utf-8")
    before = load_suite(folder)
    assert _run(["eval", "import", str(table), "--from", "csv", "--out", str(folder)]) == 3
    assert load_suite(folder) == before


def test_an_export_says_what_promptfoo_could_not_score(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, out = write(tmp_path / "s", HEAD, CASE), str(tmp_path / "foo")
    assert _run(["eval", "export", str(folder), "--to", "promptfoo", "--out", out]) == 0
    assert "1 of 1 case(s) have no draft to score; give --run" in capsys.readouterr().err
    for form in ("csv", "inspect"):
        assert _run(["eval", "export", str(folder), "--to", form, "--out", out, "--run", str(tmp_path)]) == 64
