"""Rules of shape that reviewers would otherwise repeat."""

import ast
import re
from pathlib import Path

import pytest

from assistant.domain.vocabulary import FLOORS, REASON_SENTENCES, Reason
from assistant.settings import Settings

ROOT = Path(__file__).parents[2]
MODULES = sorted(ROOT.glob("assistant/**/*.py"))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_fits_in_one_sitting(module: Path) -> None:
    assert len(module.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_function_fits_on_one_screen(module: Path) -> None:
    tree = ast.parse(module.read_text(encoding="utf-8"))
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    long = {f.name: length for f in functions if (length := (f.end_lineno or 0) - f.lineno + 1) > 45}
    assert long == {}


def test_every_reason_has_a_sentence_and_a_floor() -> None:
    assert set(REASON_SENTENCES) == set(Reason)
    assert set(FLOORS) == set(Reason)
    assert all(sentence.endswith(".") for sentence in REASON_SENTENCES.values())


def test_every_setting_is_named_in_the_readme_or_a_guide() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs" / "guides").glob("*.md")]
    readme = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    names = [str(f.validation_alias or f"ASSISTANT_{name.upper()}") for name, f in Settings.model_fields.items()]
    assert [name for name in names if f"`{name}`" not in readme] == []


def test_the_lock_carries_no_address_and_no_torch() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in lock
    assert re.search(r"^(torch|django|sentence-transformers)==", lock, re.MULTILINE) is None


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = sorted(int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    assert numbers == list(range(1, len(numbers) + 1))
