"""What a page asks for by itself must never cut off what a person asked for: the frame lets the newest request win."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import assistant.web.console

TEMPLATES = Path(assistant.web.console.__file__).parent / "templates"
_TAG = re.compile(r"<[a-z][^<>]*\bhx-trigger=[^<>]*>")
_LOGIC = re.compile(r"\{%.*?%\}", re.DOTALL)


def _tags() -> Iterator[tuple[str, str]]:
    for path in sorted(TEMPLATES.glob("*.html")):
        for tag in _TAG.findall(_LOGIC.sub(" ", path.read_text(encoding="utf-8"))):
            yield path.name, tag


def test_there_are_some() -> None:
    assert len(list(_tags())) > 8


@pytest.mark.parametrize(("name", "tag"), list(_tags()), ids=lambda found: found[:40])
def test_what_asks_by_itself_waits_in_a_queue_of_its_own(name: str, tag: str) -> None:
    assert 'hx-sync="this:queue last"' in tag or 'hx-sync="this:replace"' in tag, f"{name}: {tag}"
