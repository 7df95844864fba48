"""Labelled files: good rows are read, bad lines are named."""

from pathlib import Path

import pytest

from assistant.errors import Infrastructure
from assistant.learning.rows import hash_of_examples, read_examples, shipped
from assistant.learning.sensitivity import CATEGORIES
from assistant.learning.states import HEADS


def test_good_rows_and_bad_lines(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_bytes(
        b'\xef\xbb\xbf{"text": "where is my bag", "label": "delayed_bag"}\n'
        b"\n"
        b"not json\n"
        b'{"text": "no label"}\n'
        b'{"text": "   ", "label": "x"}\n'
        b'{"text": "\xff", "label": "x"}\n'
        b'["a list"]\n'
        b'{"text": "numbers are labels too", "label": 3, "more": "is fine"}'
    )
    good, bad = read_examples(file)
    assert [(row.text, row.label, row.line) for row in good] == [
        ("where is my bag", "delayed_bag", 1),
        ("numbers are labels too", "3", 8),
    ]
    assert [problem.line for problem in bad] == [3, 4, 5, 6, 7]
    assert "UTF-8" in bad[3].problem


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(Infrastructure, match=r"missing\.jsonl"):
        read_examples(tmp_path / "missing.jsonl")


def test_the_hash_follows_text_and_label_and_not_the_line(tmp_path: Path) -> None:
    files = []
    for name, text in (("a", '{"text": "x", "label": "y"}'), ("b", '\n\n{"label": "y", "text": "x"}')):
        (tmp_path / name).write_text(text)
        files.append(hash_of_examples(read_examples(tmp_path / name)[0]))
    assert files[0] == files[1]


@pytest.mark.parametrize("name", [*HEADS, "injection", *(f"sensitivity/{category.value}" for category in CATEGORIES)])
def test_shipped_examples_are_whole(name: str) -> None:
    rows = shipped(name)
    wanted = {word.value for word in HEADS[name]} if name in HEADS else {"0", "1"}
    assert {row.label for row in rows} == wanted
    assert min(sum(row.label == label for row in rows) for label in wanted) >= 60
    assert len({row.text for row in rows}) == len(rows)
