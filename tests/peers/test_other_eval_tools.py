"""Exported suites in the tools they are for: promptfoo runs one with our verdicts, inspect_ai reads one whole."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.evals.case import Suite
from assistant.evals.export import (
    ASSERTION_CODE,
    ASSERTION_FILE,
    PROMPTFOO_FILE,
    from_inspect,
    from_promptfoo,
    to_inspect,
    to_promptfoo,
)
from assistant.evals.suite import load_suite
from tests.eval_builders import case, draft, suite, turn
from tests.peers.processes import CACHE, needs, newest_node

pytestmark = [pytest.mark.network, pytest.mark.peer, pytest.mark.xdist_group("eval_tools")]

ROOT = Path(__file__).parents[2]
PROMPTFOO = CACHE / "promptfoo/node_modules/.bin/promptfoo"
INSPECT = CACHE / "inspect/bin/python"
READ = """
import json, sys
from inspect_ai.dataset import json_dataset
from inspect_ai.model import ChatMessageUser
for sample in json_dataset(sys.argv[1]):
    chat = sample.input if isinstance(sample.input, list) else [ChatMessageUser(content=sample.input)]
    print(json.dumps({"id": sample.id, "roles": [m.role for m in chat], "last": chat[-1].text,
                      "targets": len(sample.target), "severity": sample.metadata["metadata"].get("severity")}))
"""

SMALL = suite(
    case("cited", {"type": "care:cites", "value": "cabin-bags"}, {"type": "icontains", "value": "SMALL BAG"}),
    case("elsewhere", {"type": "care:cites", "value": "parking"}),
    case("unwritten", {"type": "not-contains", "value": "{{ secrets }}"}, message="{{ 7 * 7 }} =SUM(A1)"),
    case("fenced", {"type": "care:not-contains-any", "value": ["{{ draft }}", "{% raw %}"]}),
    case("negated", {"type": "not-icontains", "value": "SMALL BAG"}),
    metric="care:cites",
)


def test_promptfoo_runs_an_exported_suite_with_the_same_verdicts(tmp_path: Path) -> None:
    newest_node(20)
    needs(PROMPTFOO)
    answered = turn(draft("Every fare includes one small bag."))
    turns = dict.fromkeys(("cited", "elsewhere", "fenced", "negated"), answered)
    (tmp_path / PROMPTFOO_FILE).write_text(to_promptfoo(SMALL, turns), encoding="utf-8")
    (tmp_path / ASSERTION_FILE).write_text(ASSERTION_CODE, encoding="utf-8")
    assert verdicts_of(tmp_path) == {
        "cited": True,
        "elsewhere": False,
        "unwritten": True,
        "fenced": True,
        "negated": False,
    }
    assert from_promptfoo((tmp_path / PROMPTFOO_FILE).read_text(encoding="utf-8"), place="t") == SMALL


def verdicts_of(folder: Path) -> dict[str, bool]:
    """By case; promptfoo ends with 100 where a case failed."""
    environment = {
        "PATH": os.environ["PATH"],  # noqa: TID251 - promptfoo looks node up there
        "HOME": str(folder),
        "PROMPTFOO_CONFIG_DIR": str(folder / "state"),
        "PROMPTFOO_DISABLE_TELEMETRY": "1",
        "PROMPTFOO_DISABLE_UPDATE": "1",
        "PROMPTFOO_PYTHON": sys.executable,
        "PYTHONPATH": str(ROOT),
    }
    asked = [str(PROMPTFOO), "eval", "-c", PROMPTFOO_FILE, "--no-cache", "--no-table", "--no-progress-bar"]
    done = subprocess.run(
        [*asked, "-o", "out.json"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode in {0, 100}, done.stderr[-2000:]
    rows: list[dict[str, Any]] = json.loads((folder / "out.json").read_text(encoding="utf-8"))["results"]["results"]
    return {str(row["testCase"]["metadata"]["id"]): bool(row["success"]) for row in rows}


@pytest.mark.parametrize("name", ["multi-turn", "public-failures"])
def test_inspect_reads_an_exported_suite_whole(tmp_path: Path, name: str) -> None:
    needs(INSPECT)
    whole: Suite = load_suite(ROOT / "evals" / "suites" / name)
    exported = tmp_path / "samples.jsonl"
    exported.write_text(to_inspect(whole), encoding="utf-8")
    script = [str(INSPECT), "-c", READ, str(exported)]
    done = subprocess.run(script, capture_output=True, text=True, timeout=300, check=True)
    samples = [json.loads(line) for line in done.stdout.splitlines()]
    assert [sample["id"] for sample in samples] == [one.id for one in whole.cases]
    for sample, one in zip(samples, whole.cases, strict=True):
        assert sample["last"] == one.vars.message
        assert len(sample["roles"]) == len(one.vars.thread) + 1
        assert sample["targets"] == len(one.assertions)
        assert (sample["severity"] == "critical") is one.is_critical
    assert from_inspect(exported.read_text(encoding="utf-8"), place="t") == whole
