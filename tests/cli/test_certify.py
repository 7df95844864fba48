"""`assistant certify --labels`: what it says of every kind of file, and with which exit status."""

import json
from collections.abc import Sequence
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.cli.certify import in_words
from assistant.compose.certificates import read_judged
from assistant.errors import LabelsInvalid
from assistant.evals.certificate import Label, certify
from assistant.evals.judged import Certified
from tests.pipeline_builders import NOW

FIELDS = {
    *("slice", "certified", "threshold", "n", "errors", "coverage", "labels", "alpha", "delta"),
    *("labels_needed", "expires_at"),
}


def run(path: Path, rows: Sequence[object], *, alpha: float = 0.05) -> tuple[int, object, str]:
    """Exit status, JSON, and what was complained about."""
    file = path / "labels.jsonl"
    file.write_text("".join(f"{row if isinstance(row, str) else json.dumps(row)}\n" for row in rows), encoding="utf-8")
    given = ["certify", "--labels", str(file), "--alpha", str(alpha), "--delta", "0.05"]
    done = CliRunner().invoke(cli, given, standalone_mode=False)
    assert done.exception is None
    return int(done.return_value), json.loads(done.stdout), done.stderr


def rows(n: int, *, wrong: Sequence[int] = (), **more: object) -> list[object]:
    return [{"score": 1 - i / 1000, "error": int(i in wrong), **more} for i in range(n)]


def test_enough_good_labels_certify(tmp_path: Path) -> None:
    status, found, said = run(tmp_path, rows(300, wrong=[100, 200]))
    assert isinstance(found, dict)
    assert (status, said, set(found)) == (0, "", FIELDS)
    assert (found["certified"], found["n"], found["errors"], found["coverage"]) == (True, 300, 2, 1.0)
    assert found["threshold"] == pytest.approx(0.701)
    assert found["labels_needed"] == 0


@pytest.mark.parametrize(
    ("n", "wrong", "needed"),
    [(0, 0, 59), (30, 0, 29), (58, 0, 1), (58, 1, 35), (80, 2, 44)],
)
def test_too_few_labels_say_how_many_more(tmp_path: Path, n: int, wrong: int, needed: int) -> None:
    status, found, _ = run(tmp_path, rows(n, wrong=range(wrong)))
    assert isinstance(found, dict)
    assert (status, found["certified"], found["threshold"], found["expires_at"]) == (2, False, None, None)
    assert found["labels_needed"] == needed


def test_too_many_errors_are_another_answer_than_too_few_labels(tmp_path: Path) -> None:
    status, found, _ = run(tmp_path, rows(300, wrong=range(0, 300, 4)))
    assert isinstance(found, dict)
    assert (status, found["certified"]) == (1, False)


def test_an_alpha_that_is_no_number_is_wrong_usage(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('{"score": 1, "error": 0}\n', encoding="utf-8")
    given = ["certify", "--labels", str(file), "--alpha", "nan", "--delta", "0.05"]
    wrong = CliRunner().invoke(cli, given, standalone_mode=False).exception
    assert isinstance(wrong, click.UsageError)
    assert "between 0 and 1" in wrong.message


def test_a_tie_is_one_rank(tmp_path: Path) -> None:
    tied = [{"score": 0.9, "error": False}] * 80 + [{"score": 0.5, "error": i % 2 == 0} for i in range(80)]
    status, found, _ = run(tmp_path, tied)
    assert isinstance(found, dict)
    assert status in {1, 2}, "the sizes tested start inside the tie, which is half wrong"
    constant = [{"score": 0.5, "error": i == 0} for i in range(200)]
    status, found, _ = run(tmp_path, constant)
    assert isinstance(found, dict)
    assert (status, found["threshold"], found["n"]) == (0, 0.5, 200)


def test_copies_of_a_cluster_change_nothing_whatever_names_it(tmp_path: Path) -> None:
    single = [{"score": 1 - i / 1000, "error": int(i % 97 == 0), "cluster": i} for i in range(400)]
    named = [{**row, "cluster": f"c{row['cluster']}"} for row in single for _ in range(5)]
    answers = [run(tmp_path, each)[1] for each in (single, [row for row in single for _ in range(5)], named)]
    for answer in answers:
        assert isinstance(answer, dict)
        answer.pop("expires_at")
    assert answers[0] == answers[1] == answers[2]


def test_slices_are_a_list_and_share_delta(tmp_path: Path) -> None:
    status, found, _ = run(tmp_path, [*rows(200, slice="a"), *rows(60, slice="b"), *rows(5, slice=7)])
    assert isinstance(found, list)
    assert status == 2
    assert [(each["slice"], each["certified"]) for each in found] == [("a", True), ("b", False), ("7", False)]
    assert all(each["delta"] == pytest.approx(0.05 / 3) for each in found)
    status, found, _ = run(tmp_path, [*rows(200, slice=None), *rows(3)])
    assert isinstance(found, dict), "no slice and a null one are the same"
    assert found["labels"] == 203


def test_bad_lines_are_named_and_the_rest_counts(tmp_path: Path) -> None:
    bad = ['{"score": NaN, "error": 0}', '{"score": Infinity, "error": 0}', "no json", '{"score": 0.5}', "[]"]
    more = [{"score": 1.5, "error": 0}, {"score": 0.5, "error": 2}, {"score": None, "error": 1}]
    status, found, said = run(tmp_path, [*bad, *more, *rows(300)])
    assert isinstance(found, dict)
    assert (status, found["certified"], found["labels"]) == (1, True, 300)
    assert [line.split(":")[0] for line in said.splitlines()] == [f"line {number}" for number in range(1, 9)]


def test_nothing_but_bad_lines_certifies_nothing(tmp_path: Path) -> None:
    status, found, _ = run(tmp_path, ['{"score": NaN, "error": 0}'] * 100)
    assert isinstance(found, dict)
    assert (status, found["certified"], found["labels"]) == (1, False, 0)


def test_words_for_people_never_ask_for_labels_that_would_not_help() -> None:
    def said(wrong: int) -> str:
        labels = [Label(score=1 - i / 1000, error=i < wrong, slice="a/public/b") for i in range(100)]
        found = certify(labels, alpha=0.05, delta=0.05, now=NOW)
        return in_words(Certified(certificates=found, judged=100))

    assert "7 error(s) in 100; at most 5% errors with confidence 95% takes at least" in said(7)
    assert "30 error(s) in 100 show that more than 5% are wrong: it takes better drafts, not more labels" in said(30)


def test_levels_are_said_as_they_are() -> None:
    labels = [Label(score=1 - i / 2000, error=False, slice="a/public/b") for i in range(1500)]
    words = in_words(Certified(certificates=certify(labels, alpha=0.005, delta=0.0012, now=NOW), judged=1500))
    assert "at most 0.5% errors with confidence 99.88%" in words


def test_a_label_without_its_score_says_what_to_add(tmp_path: Path) -> None:
    status, _, said = run(tmp_path, [{"error": 0}])
    assert (status, said) == (1, "line 1: score: is missing; add it\n")


def test_a_pack_without_judged_drafts_is_told_how_to_begin() -> None:
    said = in_words(Certified(certificates=certify([], alpha=0.05, delta=0.1, now=NOW), judged=0))
    assert said.startswith("the pack has no judged drafts: docs/guides/certificates.md says how to begin\n")
    assert "judged drafts: 0" not in said


def test_judged_drafts_that_can_not_be_read(tmp_path: Path) -> None:
    file = tmp_path / "labels.jsonl"
    file.write_text('\ufeff{"id": "1", "channel": "x", "text": "hi"}\n\n{"id": "2", "text": "hi"}\n', encoding="utf-8")
    with pytest.raises(LabelsInvalid) as invalid:
        read_judged(file)
    assert invalid.value.problems == (f"{file}:3: channel: is missing; add it",)
