"""A chart's mistakes are named with file, line and field, all at once."""

from pathlib import Path

import pytest

from assistant.charts.load import load_chart, load_charts, parse_chart
from assistant.errors import PackInvalid
from tests.chart_builders import KNOWLEDGE, SMALL, small, small_text


def _problems(text: str) -> tuple[str, ...]:
    with pytest.raises(PackInvalid) as raised:
        parse_chart(text, file="small.yaml")
    return raised.value.problems


def test_labels_need_no_quotes_and_lines_are_kept() -> None:
    chart = small()
    first = chart.nodes[0]
    assert [branch.label for branch in first.branches] == ["yes"]
    assert first.otherwise is not None
    assert first.otherwise.label == "no"
    assert SMALL.splitlines()[first.branches[0].line - 1].strip().startswith("- {label: yes")
    assert SMALL.splitlines()[chart.leaves[1].line - 1] == "  silence:"


def test_the_fingerprint_follows_the_text() -> None:
    assert small().fingerprint == small().fingerprint
    assert small().fingerprint != small(("title: A small chart", "title: Another")).fingerprint


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("stance: [troll, spam]", "stance: [troll, spams]", 18, "nodes.stance.branches[0].when.stance[1]: 'spams' is"),
        ("to: silence", "to: silent", 18, "nodes.stance.branches[0].to: no question or leaf 'silent'"),
        ("label: anything else, to: answer", "label: x, to: sensitive", 19, "nodes.stance.otherwise.to: leads back to"),
        ("start: sensitive", "start: begin", 7, "start: no question 'begin'"),
        ("version: 1", "version: none", 3, "version: must be a whole number"),
        ("version: 1", "version: 1\nversion: 2", 4, "version: written twice; keep one"),
        ("    sla_minutes: 10", "    sla_minute: 10", 26, "leaves.person.sla_minute: is not a field here; remove"),
        ("outcome: NO_REPLY", "outcome: silence", 28, "leaves.silence: outcome NO_REPLY and decision NO_REPLY go"),
        ("decision: HANDOFF", "decision: NO_REPLY", 21, "leaves.person: outcome NO_REPLY and decision NO_REPLY go"),
        ("decision: HANDOFF", "decision: PERHAPS", 23, "leaves.person.decision: must be 'AUTO_REPLY'"),
        ("  silence:\n", "  stance:\n", 28, "leaves.stance: a question has this id already"),
        (
            "reviewed_on: 2026-11-16",
            "reviewed_on: lately",
            6,
            "reviewed_on: must be a date like 2026-03-31, not 'lately'",
        ),
        ("goal: To be bent.\n", "", 1, "goal: is missing; add it"),
        ("when: {sensitivity: any}, ", "", 13, "nodes.sensitive.branches[0].when: is missing; add it"),
    ],
)
def test_one_mistake(old: str, new: str, line: int, said: str) -> None:
    assert any(problem.startswith(f"small.yaml:{line}: {said}") for problem in _problems(small_text((old, new))))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "file: holds nothing; write it"),
        ("# nothing yet\n", "file: holds nothing; write it"),
        ("- a\n- b\n", "file: must be fields, one `name: value` a line"),
        ("a word\n", "file: must be fields, one `name: value` a line"),
    ],
)
def test_a_file_that_is_no_chart_at_all(text: str, said: str) -> None:
    assert _problems(text) == (f"small.yaml:1: {said}",)


def test_all_mistakes_in_order_of_lines() -> None:
    problems = _problems(small_text(("to: silence", "to: silent"), ("version: 1", "version: one"), ("any}", "some}")))
    assert [int(problem.split(":")[1]) for problem in problems] == [3, 13, 18]


@pytest.mark.parametrize(
    "text", ["", "[]", "just words", "a: [1", "a: *b", "&a [*a]", "\0", "? [x]\n: y", "a: &a {b: *a}"]
)
def test_what_is_no_chart_is_refused_and_not_crashed_on(text: str) -> None:
    assert all(problem.startswith("small.yaml:") for problem in _problems(text))


def test_deep_nesting_is_refused() -> None:
    assert _problems("a: " + "[" * 5000)


def test_a_file_that_is_missing_or_not_utf8(tmp_path: Path) -> None:
    with pytest.raises(PackInvalid, match="No such file"):
        load_chart(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes(b"title: caf\xe9")
    with pytest.raises(PackInvalid, match="not UTF-8 at byte 11"):
        load_chart(tmp_path / "latin.yaml")


def test_a_folder_is_read_by_name_and_its_mistakes_together(tmp_path: Path) -> None:
    assert [chart.id for chart in load_charts(KNOWLEDGE / "charts")] == [
        "air_force",
        "asce",
        "edelman",
        "larkspur",
        "radian6",
    ]
    with pytest.raises(PackInvalid, match=r"no \*\.yaml file"):
        load_charts(tmp_path)
    (tmp_path / "a.yaml").write_text("x: 1", encoding="utf-8")
    (tmp_path / "b.yaml").write_text("a: [", encoding="utf-8")
    with pytest.raises(PackInvalid) as raised:
        load_charts(tmp_path)
    assert {problem.split(":")[0] for problem in raised.value.problems} == {
        str(tmp_path / "a.yaml"),
        str(tmp_path / "b.yaml"),
    }


def test_whose_mistakes_they_are_stands_above_them(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs.yaml"
    theirs.write_text("x: 1\n", encoding="utf-8")
    with pytest.raises(PackInvalid) as raised:
        load_chart(theirs)
    assert str(raised.value).startswith(f"{len(raised.value.problems)} mistakes in the triage chart:\n  {theirs}:1: ")
    theirs.write_text("", encoding="utf-8")
    with pytest.raises(PackInvalid, match=r"^1 mistake in the triage chart:\n  .*: holds nothing; write it$"):
        load_chart(theirs)
