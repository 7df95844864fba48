"""How soon 1,000 stored drafts with two assertions each are scored: our whole process against promptfoo's, in one run.

promptfoo (npm) scores them behind its `echo` provider; `tests/peers/setup.sh` installs it. Both tools get the same
texts and assertions, and must come to the same verdicts. Limit: at least twice promptfoo's rate. Beside it: how long
`import assistant.evals` and the modules that score take (limit .5 s).
"""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import perf_counter

from assistant.evals.suite import load_suites

DRAFTS = 1000
ROUNDS = 3
PROMPTFOO = Path.home() / ".cache/assistant-peers/promptfoo/node_modules/.bin/promptfoo"
IMPORTS = "import assistant.evals, assistant.evals.drafts, assistant.evals.run, assistant.evals.compare"


def main() -> None:
    folder = Path(mkdtemp(prefix="scoring-"))
    texts = _texts()
    ours, theirs = _our_files(folder, texts), _their_files(folder, texts, "--no-write")
    spent: dict[str, list[float]] = {"ours": [], "promptfoo": [], "import": []}
    for _ in range(ROUNDS):
        spent["ours"].append(_timed(ours))
        spent["import"].append(_timed(lambda: _run([sys.executable, "-c", IMPORTS], folder)))
        if PROMPTFOO.exists():
            spent["promptfoo"].append(_timed(theirs))
    for name, seconds in spent.items():
        if seconds:
            print(
                f"{name}: median {median(seconds):.2f} s of {len(seconds)} ({', '.join(f'{s:.2f}' for s in seconds)})"
            )
    if not spent["promptfoo"]:
        print(f"promptfoo is not installed in {PROMPTFOO.parent}; tests/peers/setup.sh does it")
        return
    _their_files(folder, texts)()  # with its database, which a result file is written from
    agreed = _our_verdicts(folder) == _their_verdicts(folder)
    ratio = median(spent["promptfoo"]) / median(spent["ours"])
    print(f"{ratio:.1f} times promptfoo's rate (limit 2), verdicts {'the same' if agreed else 'DIFFER'}")


def _texts() -> list[str]:
    """The messages of the shipped cases stand in for drafts, again and again under other numbers."""
    suites = load_suites(sorted(path for path in Path("evals/suites").iterdir() if path.is_dir()))
    said = [case.vars.message.replace("{", "(") for suite in suites for case in suite.cases]
    return [f"{said[number % len(said)]} ({number})" for number in range(DRAFTS)]


def _assertions() -> list[Mapping[str, str]]:
    return [{"type": "icontains", "value": "flight"}, {"type": "not-contains", "value": "guarantee"}]


def _our_files(folder: Path, texts: list[str]) -> Callable[[], None]:
    rows = [{"id": str(number), "draft": text, "assert": _assertions()} for number, text in enumerate(texts)]
    (folder / "drafts.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    command = [sys.executable, "-m", "assistant", "eval", "score", "--drafts", "drafts.jsonl", "--out", "ours"]
    return lambda: _run(command, folder)


def _their_files(folder: Path, texts: list[str], *more: str) -> Callable[[], None]:
    tests = [
        {"vars": {"draft": text}, "assert": _assertions(), "metadata": {"id": str(number)}}
        for number, text in enumerate(texts)
    ]
    config = {"prompts": ["{{draft}}"], "providers": ["echo"], "tests": tests}
    (folder / "promptfooconfig.json").write_text(json.dumps(config), encoding="utf-8")
    flags = ["--no-cache", "--no-table", "--no-progress-bar", *more]
    command = [str(PROMPTFOO), "eval", "-c", "promptfooconfig.json", *flags, "-o", "theirs.json"]
    return lambda: _run(command, folder)


def _run(command: list[str], folder: Path) -> None:
    """Exit status 1 and 100 say that an assertion failed, which is expected."""
    quiet = {"PROMPTFOO_DISABLE_TELEMETRY": "1", "PROMPTFOO_DISABLE_UPDATE": "1", "PROMPTFOO_CONFIG_DIR": str(folder)}
    environment = {**os.environ, **quiet, "PYTHONPATH": str(Path.cwd())}  # noqa: TID251 - passed on as it is
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode not in {0, 1, 100}:
        raise SystemExit(f"{command[0]} ended with {done.returncode}: {done.stderr[-500:]}")


def _timed(call: Callable[[], None]) -> float:
    began = perf_counter()
    call()
    return perf_counter() - began


def _our_verdicts(folder: Path) -> dict[str, bool]:
    passed: dict[str, bool] = {}
    for line in (folder / "ours" / "scores.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        passed[row["case_id"]] = passed.get(row["case_id"], True) and row["pass"]
    return passed


def _their_verdicts(folder: Path) -> dict[str, bool]:
    rows = json.loads((folder / "theirs.json").read_text(encoding="utf-8"))["results"]["results"]
    return {row["testCase"]["metadata"]["id"]: row["success"] for row in rows}


if __name__ == "__main__":
    main()
