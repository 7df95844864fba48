"""Suites are read strictly, and every mistake is named with its place."""

from pathlib import Path

import pytest

from assistant.errors import SuiteInvalid
from assistant.evals.case import evidence_of, mention_of
from assistant.evals.suite import load_suite, load_suites, write_suite
from tests.eval_builders import case, write
from tests.pipeline_builders import pack

HEAD = "name: small\ndescription: d\ngate: {metric: care:route, min: 0.9, on: lower95}\n"
GOOD = '{"vars": {"message": "hi"}, "assert": [{"type": "care:route", "value": "REVIEW"}], "metadata": {"id": "a"}}'


def test_a_suite_with_one_gate_or_several(tmp_path: Path) -> None:
    one = load_suite(write(tmp_path / "one", HEAD, GOOD))
    assert (one.name, [gate.min for gate in one.gates], one.cases[0].id) == ("small", [0.9], "a")
    several = "gate:\n  - {metric: care:route, min: 0.9}\n  - {metric: care:route, min: 0.5}\n"
    assert [gate.min for gate in load_suite(write(tmp_path / "two", several, "", GOOD)).gates] == [0.9, 0.5]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('{"vars": ', "cases.jsonl:2: not JSON at column"),
        ('{"vars": {}, "assert": [{"type": "equals", "value": ""}], "metadata": {"id": "b"}}', ":2: vars.message"),
        (GOOD.replace("REVIEW", "MAYBE"), ":2: assert.0: value: MAYBE is not a decision"),
        (GOOD.replace("care:route", "care:rout"), ":2: assert.0: type: no assertion type"),
        (GOOD, ":2: metadata.id: 'a' stands in line 1 already"),
        (GOOD.replace('"vars"', '"extra": 1, "vars"'), ":2: extra: is not a field"),
    ],
)
def test_bad_lines_are_named(tmp_path: Path, line: str, words: str) -> None:
    with pytest.raises(SuiteInvalid, match="mistake") as caught:
        load_suite(write(tmp_path / "s", HEAD, GOOD, line))
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("name: [", "suite.yaml:"),
        ("- a", "a mapping"),
        ("name: small\n", "a valid dictionary"),
        (HEAD.replace("0.9", "1.5"), "less than 1"),
        (HEAD.replace("care:route", "care:voice"), "no case asserts 'care:voice'"),
        (HEAD + "gates: 1\n", "gates: unknown key"),
        (HEAD.replace("lower95", "mean"), "lower95"),
    ],
)
def test_bad_heads_are_named(tmp_path: Path, head: str, words: str) -> None:
    with pytest.raises(SuiteInvalid) as caught:
        load_suite(write(tmp_path / "s", head, GOOD))
    assert words in str(caught.value)


def test_missing_files_and_twice_the_same_name(tmp_path: Path) -> None:
    with pytest.raises(SuiteInvalid, match=r"suite\.yaml"):
        load_suites([tmp_path / "nowhere"])
    folder = write(tmp_path / "s", HEAD, GOOD)
    with pytest.raises(SuiteInvalid, match="2 suites have this name"):
        load_suites([folder, folder])


def test_written_and_read_back(tmp_path: Path) -> None:
    suite = load_suite(write(tmp_path / "s", HEAD, GOOD))
    write_suite(tmp_path / "again", suite)
    assert load_suite(tmp_path / "again") == suite


def test_a_case_becomes_a_mention_with_given_evidence() -> None:
    given = case("a").model_copy(
        update={
            "vars": case()
            .vars.model_copy(update={"channel": "email"})
            .model_validate(
                {
                    "message": "hi",
                    "channel": "email",
                    "thread": [{"role": "brand", "text": "hello"}],
                    "passages": ["free text", {"text": "bags", "article_id": "cabin-bags", "score": 0.7}],
                }
            )
        }
    )
    mention = mention_of(given, suite="small", pack=pack())
    assert (mention.id, mention.channel, mention.visibility.value) == ("small/a", "email", "private")
    assert mention.thread[0].text == "hello"
    evidence = evidence_of(given, pack=pack())
    assert evidence is not None
    assert [hit.passage.article_id for hit in evidence.hits] == ["given-a-0", "cabin-bags"]
    assert evidence.hits[1].passage.version == 2
    assert evidence.answerable == 1.0


def test_no_passages_given_means_retrieval_and_an_empty_list_means_nothing() -> None:
    assert evidence_of(case(), pack=pack()) is None
    empty = case().model_copy(update={"vars": case().vars.model_copy(update={"passages": ()})})
    evidence = evidence_of(empty, pack=pack())
    assert evidence is not None
    assert (evidence.hits, evidence.answerable) == ((), 0.0)
