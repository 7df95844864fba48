"""How far automation goes, from the command line: the ramp, a certificate from the desk, a change played back."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.conftest import Run
from tests.rigs.chat_model import QuotingModel

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("demo")]
SLICE = "larkspur/private/self_serve"


@pytest.fixture(scope="module")
def own(data_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The main job's data, to be changed at will."""
    folder = tmp_path_factory.mktemp("own") / "data"
    shutil.copytree(data_dir, folder)
    return str(folder)


def test_a_slice_goes_to_shadow_and_up_a_step_at_a_time(run: Run, own: str) -> None:
    shown = run("ramp", ASSISTANT_DATA_DIR=own)
    assert shown.returncode == 0, shown.stderr
    assert SLICE in shown.stdout
    assert "stands; from the pack" in shown.stdout
    down = run("ramp", SLICE, "--to", "shadow", "--by", "ann", ASSISTANT_DATA_DIR=own)
    assert "shadow" in down.stdout
    too_far = run("ramp", SLICE, "--to", "25%", ASSISTANT_DATA_DIR=own)
    assert (too_far.returncode, "the next step is 1%" in too_far.stderr) == (1, True)
    up = run("ramp", SLICE, "--to", "1%", ASSISTANT_DATA_DIR=own)
    assert (up.returncode, "1%" in up.stdout) == (0, True)


def test_without_labels_of_the_desk_nothing_is_certified_from_it(run: Run, own: str) -> None:
    done = run("certify", "--from-desk", ASSISTANT_DATA_DIR=own)
    assert (done.returncode, json.loads(done.stdout)["certified"]) == (2, False)
    assert "0 count" in done.stderr


def test_a_change_is_played_over_what_was_recorded(run: Run, own: str, tmp_path: Path) -> None:
    quiet = shutil.copytree("knowledge", tmp_path / "quiet")
    policy = quiet / "automation.yaml"
    said = re.sub(r"min_send_score: [\d.]+", "min_send_score: 1.0", policy.read_text(encoding="utf-8"))
    policy.write_text(said, encoding="utf-8")
    out, page = tmp_path / "replay.json", tmp_path / "replay.html"
    done = run(
        *("replay", "--since", "1d", "--with", f"knowledge={quiet}", "--limit", "60"),
        *("--out", str(out), "--html", str(page)),
        ASSISTANT_DATA_DIR=own,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert found["mentions"] == 60
    assert sum(part["n"] for part in found["parts"]) == 60
    before, after = found["decisions"]["AUTO_REPLY"]
    assert (before > 0, after) == (True, 0)
    assert page.read_text(encoding="utf-8").count("<article") == before
    assert run("replay", "--with", "colour=blue", ASSISTANT_DATA_DIR=own).returncode == 64


@pytest.fixture(scope="module")
def model() -> Iterator[QuotingModel]:
    """A model that quotes another passage where its name or its prompt says "the last"."""
    serving = QuotingModel("the last")
    yield serving
    serving.close()


def changed_drafts(run: Run, own: str, change: str, out: Path, **environment: str) -> list[tuple[str, str]]:
    """The drafts before and after of what the change makes different; the replay itself must have worked."""
    asked = ("replay", "--since", "1d", "--with", change, "--limit", "40", "--out", str(out))
    done = run(*asked, ASSISTANT_DATA_DIR=own, **environment)
    assert done.returncode == 0, done.stderr
    found = json.loads(out.read_text(encoding="utf-8"))
    assert (found["mentions"], found["change"]) == (40, change)
    return [(case["draft_before"], case["draft_after"]) for case in found["cases"] if case["verdict"] != "same"]


def test_another_prompt_is_played_over_what_was_recorded(
    run: Run, own: str, model: QuotingModel, tmp_path: Path
) -> None:
    prompts = shutil.copytree("prompts", tmp_path / "prompts")
    system = prompts / "draft_reply.system.j2"
    system.write_text(system.read_text(encoding="utf-8") + "Quote the last passage.\n", encoding="utf-8")
    changed = changed_drafts(run, own, f"prompts={prompts}", tmp_path / "out.json", OPENAI_BASE_URL=model.url)
    assert changed
    assert any(before and after and before != after for before, after in changed)


def test_another_model_is_played_over_what_was_recorded(
    run: Run, own: str, model: QuotingModel, tmp_path: Path
) -> None:
    served = {"OPENAI_BASE_URL": model.url, "ASSISTANT_MODEL": "the first"}
    assert changed_drafts(run, own, "model=the last", tmp_path / "out.json", **served)
    assert model.models >= {"the first", "the last"}
    nobody = {"OPENAI_BASE_URL": "http://127.0.0.1:9/v1"}
    alone = run("replay", "--with", "model=the last", "--limit", "40", ASSISTANT_DATA_DIR=own, **nobody)
    assert alone.returncode == 3
    assert "the model could not be used for" in alone.stderr


def test_another_chart_is_played_over_what_was_recorded(run: Run, own: str, tmp_path: Path) -> None:
    chart = tmp_path / "larkspur.yaml"
    said = Path("knowledge/charts/larkspur.yaml").read_text(encoding="utf-8")
    quiet = "    outcome: NO_REPLY\n    why: They talk about us"
    heard = quiet.replace("NO_REPLY", "see_it\n    decision: HANDOFF\n    sla_minutes: 240\n    checks: *all")
    chart.write_text(said.replace(quiet, heard), encoding="utf-8")
    out = tmp_path / "replay.json"
    asked = ("replay", "--since", "1d", "--with", f"chart={chart}", "--limit", "120", "--out", str(out))
    done = run(*asked, ASSISTANT_DATA_DIR=own)
    assert done.returncode == 0, done.stderr
    before, after = json.loads(out.read_text(encoding="utf-8"))["decisions"]["NO_REPLY"]
    assert before > after > 0
