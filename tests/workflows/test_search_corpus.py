"""A foreign collection is ranked row for row; bad rows are named and left out."""

import io
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from assistant.adapters.memory_index import MemoryIndex
from assistant.errors import Infrastructure
from assistant.workflows.search_corpus import search_corpus
from tests.builders import HashEmbedder

CORPUS = [
    {"_id": "a", "title": "Bags", "text": "One bag is free."},
    {"_id": "b", "title": "", "text": "Dogs stay at home."},
    {"id": 7, "title": "Bicycles", "text": None},
    {"_id": "empty", "title": "", "text": ""},
]


def lines(path: Path, rows: Sequence[object]) -> Path:
    path.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return path


def run(
    tmp_path: Path, corpus: Sequence[object], queries: Sequence[object], k: int = 10
) -> tuple[list[Mapping[str, Any]], list[tuple[str, int, str]], list[tuple[int, int]]]:
    written: list[Mapping[str, Any]] = []
    bad: list[tuple[str, int, str]] = []
    done: list[tuple[int, int]] = []
    search_corpus(
        lines(tmp_path / "corpus.jsonl", corpus),
        lines(tmp_path / "queries.jsonl", queries),
        embedder=HashEmbedder(),
        index=MemoryIndex(),
        k=k,
        write=written.extend,
        bad=lambda path, line, problem: bad.append((path.name, line, problem)),
        progress=lambda steps, total: done.append((steps, total)),
    )
    return written, bad, done


def test_one_row_a_query_in_order(tmp_path: Path) -> None:
    written, bad, done = run(
        tmp_path, CORPUS, [{"_id": "q1", "text": "dogs"}, {"text": "bicycles"}, {"id": 3, "text": ""}]
    )
    assert [row["query_id"] for row in written] == ["q1", "line-2", "3"]
    assert [row["hits"][0]["id"] for row in written[:2]] == ["b", "7"]
    assert all(0 <= row["answerable"] <= 1 and set(row) == {"query_id", "hits", "answerable"} for row in written)
    assert all(0 <= hit["score"] <= 1 for row in written for hit in row["hits"])
    assert not bad
    assert {total for _, total in done} == {sum(steps for steps, _ in done)}
    assert len(done) == 2, "texts embedded, queries answered"


def test_a_corpus_comes_from_standard_input_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b'{"_id": "a", "text": "Dogs stay at home."}\n')))
    written: list[Mapping[str, Any]] = []
    search_corpus(
        Path("-"),
        lines(tmp_path / "queries.jsonl", [{"_id": "q", "text": "dogs"}]),
        embedder=HashEmbedder(),
        index=MemoryIndex(),
        k=1,
        write=written.extend,
        bad=lambda path, line, problem: pytest.fail(problem),
        progress=lambda steps, total: None,
    )
    assert [hit["id"] for hit in written[0]["hits"]] == ["a"]


def test_at_most_k_hits_and_none_twice(tmp_path: Path) -> None:
    corpus = [{"_id": str(number), "title": "", "text": f"bag {number}"} for number in range(30)]
    (row,), _, _ = run(tmp_path, corpus, [{"_id": "q", "text": "bag"}], k=7)
    assert len({hit["id"] for hit in row["hits"]}) == len(row["hits"]) == 7


def test_what_was_asked_before_counts(tmp_path: Path) -> None:
    queries = [{"_id": "q", "text": "and for free?", "history": ["can my dogs come", "do dogs stay at home"]}]
    (row,), _, _ = run(tmp_path, CORPUS, queries)
    assert row["hits"][0]["id"] == "b"


def test_bad_rows_are_named_with_their_line(tmp_path: Path) -> None:
    corpus = [*CORPUS, "{", "[1]", {"_id": "c"}, {"_id": "a", "text": "again"}, {"_id": "d", "title": 5}, ""]
    queries = [{"_id": "q"}, {"_id": "r", "text": "bag", "history": "x"}, {"_id": "s", "text": "bag"}]
    written, bad, _ = run(tmp_path, corpus, queries)
    assert [row["query_id"] for row in written] == ["s"]
    assert [(name, line) for name, line, _ in bad] == [
        *[("corpus.jsonl", line) for line in (5, 6, 7, 8, 9)],
        ("queries.jsonl", 1),
        ("queries.jsonl", 2),
    ]
    assert bad[0][2].startswith("not JSON: ")
    assert bad[3][2] == "_id 'a' is in line 1 already; ids are unique"


def test_an_empty_corpus_finds_nothing(tmp_path: Path) -> None:
    written, _, _ = run(tmp_path, [], [{"_id": "q", "text": "bag"}])
    assert written == [{"query_id": "q", "hits": [], "answerable": 0.0}]


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(Infrastructure, match=r"nowhere\.jsonl"):
        search_corpus(
            tmp_path / "nowhere.jsonl",
            tmp_path / "nowhere.jsonl",
            embedder=HashEmbedder(),
            index=MemoryIndex(),
            k=1,
            write=lambda rows: None,
            bad=lambda path, line, problem: None,
            progress=lambda steps, total: None,
        )


def test_halves_of_characters_cost_no_other_row(tmp_path: Path) -> None:
    half = [
        '{"_id": "h\\ud83d", "title": "\\ud83d", "text": "dogs \\udc00"}',
        '{"_id": "ok", "text": "a pair \\ud83d\\ude00"}',
    ]
    written, bad, _ = run(tmp_path, half, ['{"_id": "q\\ud83d", "text": "dogs \\ud83d"}'])
    (row,) = written
    assert row["query_id"] == "q\ufffd"
    assert row["hits"][0]["id"] == "h\ufffd"
    json.dumps(written, ensure_ascii=False).encode()
    assert not bad


def test_an_id_that_names_nothing_is_made_up(tmp_path: Path) -> None:
    """The words of this language's own values stood as ids: `True`, `[1]`."""
    corpus = [{"_id": given, "text": "bag"} for given in (None, True, [1], "", {"a": 1}, 1.5)]
    (row,), bad, _ = run(tmp_path, [*corpus, {"_id": None, "id": "x", "text": "bag"}], [{"_id": "", "text": "bag"}])
    assert not bad
    assert row["query_id"] == "line-1"
    assert {hit["id"] for hit in row["hits"]} == {*(f"line-{number}" for number in range(1, 6)), "1.5", "x"}


@pytest.mark.parametrize("blank", ["", " \n", "\u3000"])
def test_a_query_of_blanks_finds_nothing(blank: str, tmp_path: Path) -> None:
    """Beside a row that says nothing either, it was taken as answerable."""
    written, bad, _ = run(tmp_path, CORPUS, [{"_id": "q", "text": blank}, {"_id": "r", "text": "bag"}])
    assert written[0] == {"query_id": "q", "hits": [], "answerable": 0.0}
    assert written[1]["hits"]
    assert not bad


def test_a_blank_first_line_may_hold_the_byte_order_mark(tmp_path: Path) -> None:
    written, bad, _ = run(tmp_path, ["\ufeff", *CORPUS], ["\ufeff", {"_id": "q", "text": "dogs"}])
    assert ([row["query_id"] for row in written], bad) == (["q"], [])
