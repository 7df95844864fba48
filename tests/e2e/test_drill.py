"""`assistant drill` on the shipped brand, with the real model: one that must be held, one that must be left alone."""

import json
from pathlib import Path

import pytest

from tests.e2e.conftest import Run

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]


def test_drills_are_listed(run: Run) -> None:
    listed = run("drill")
    assert listed.returncode == 0
    for name in ("friday-night-outage", "sizer-video", "wrong-larkspur"):
        assert f"{name}: " in listed.stdout


@pytest.mark.parametrize("name", ["sizer-video", "wrong-larkspur"])
def test_a_shipped_drill_is_passed_and_leaves_nothing_behind(
    run: Run, name: str, data_dir: Path, tmp_path: Path
) -> None:
    before = sorted(path.name for path in data_dir.iterdir())
    played = run("drill", name, "--out", str(tmp_path / "report.json"))
    assert played.returncode == 0, played.stdout + played.stderr
    assert "MISSED" not in played.stdout
    report = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert len(report["played"]) == len(report["drill"]["posts"])
    assert sorted(path.name for path in data_dir.iterdir()) == before


def test_an_unknown_drill_is_named_with_those_there_are(run: Run) -> None:
    failed = run("drill", "flood")
    assert failed.returncode == 1
    assert "flood" in failed.stderr
    assert "sizer-video" in failed.stderr
