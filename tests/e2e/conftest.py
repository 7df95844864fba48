"""The main job, once: the shipped brand indexed and trained into a folder of its own, by the real commands."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.hookimpl(tryfirst=True)  # before groups become part of a test's name
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker runs them all, so that the brand is trained once; a second group beside this one would train again."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def data_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="session")
def environment(data_dir: Path) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("ASSISTANT_", "OPENAI_"))}
    return {**kept, "ASSISTANT_DATA_DIR": str(data_dir), "COLUMNS": "140"}


@pytest.fixture(scope="session")
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "assistant", *arguments]
        env = {**environment, **more}
        return subprocess.run(command, capture_output=True, text=True, check=False, env=env, timeout=900)

    return run


@pytest.fixture(scope="session")
def demo(run: Run) -> subprocess.CompletedProcess[str]:
    """The first run, from nothing."""
    return run("demo", "--no-serve", "--rows", "12")
