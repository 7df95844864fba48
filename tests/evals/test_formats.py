"""Suites leave for other tools and come back the same."""

import csv
import io
import json
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import SuiteInvalid
from assistant.evals.case import Case
from assistant.evals.export import from_inspect, from_promptfoo, get_assert, to_inspect, to_promptfoo
from assistant.evals.suite import load_suite, write_suite
from assistant.evals.table import decoded, from_csv, to_csv
from tests.eval_builders import case, draft, suite, turn

RICH = Case.model_validate(
    {
        "description": 'A "quoted", long\none',
        "vars": {
            "message": "@larkspurair =SUM(A1)\nbags?",
            "channel": "email",
            "thread": [{"role": "customer", "text": "hi"}, {"role": "assistant", "text": "hello"}],
            "passages": ["Parking is free.", {"text": "Bags", "article_id": "cabin-bags", "score": 0.5}],
            "visibility": "private",
            "author": {"handle": "@someone", "followers": 12},
        },
        "assert": [
            {"type": "care:route", "value": ["AUTO_REPLY", "REVIEW"]},
            {"type": "care:cites", "value": "cabin-bags", "weight": 2, "metric": "source"},
            {"type": "contains-any", "value": ["a, b", 'c "d"', "[e]"]},
            {"type": "not-contains", "value": " spaced: (x)"},
            {"type": "contains", "value": "5"},
            {"type": "contains", "value": 5},
            {"type": "latency", "threshold": 50.5},
            {"type": "care:injection-flag", "value": False},
            {"type": "is-json"},
        ],
        "metadata": {"id": "rich", "cluster": "c", "severity": "critical", "slice": "email"},
    }
)
BOTH = suite(RICH, case("plain", message="-1 for effort"))


def test_csv_there_and_back() -> None:
    text = to_csv(BOTH.cases)
    assert from_csv("\ufeff" + text, place="t.csv") == BOTH.cases
    header, first, second = csv.reader(io.StringIO(text))
    assert header[:3] == ["__metadata:id", "__description", "message"]
    assert first[2].startswith("'@")
    assert second[2] == "'-1 for effort"
    assert "care:cites" in first[-8]


@pytest.mark.parametrize("value", ["49.90", "Infinity", "NaN", "1e999", "[49.90]"])
def test_a_cell_that_looks_like_a_number_asks_for_its_words(value: str, tmp_path: Path) -> None:
    """A price lost its nought, and a product called Infinity made a suite that could not be read."""
    (read,) = from_csv(f"message,__expected1\nhi,icontains-any:{value}\n", place="t")
    assert read.assertions[0].value == (["49.90"] if value == "[49.90]" else value)
    write_suite(tmp_path, suite(read, metric="icontains-any"))
    assert from_csv(to_csv(load_suite(tmp_path).cases), place="t") == (read,)


SHIPPED = Path(__file__).parents[2] / "evals" / "suites"


@pytest.mark.parametrize("name", sorted(folder.name for folder in SHIPPED.iterdir()))
def test_every_shipped_suite_survives_every_format(name: str) -> None:
    whole = load_suite(SHIPPED / name)
    assert from_csv(to_csv(whole.cases), place="t") == whole.cases
    assert from_promptfoo(to_promptfoo(whole, {}), place="t") == whole
    assert from_inspect(to_inspect(whole), place="t") == whole


def test_csv_from_a_spreadsheet() -> None:
    text = '__metadata:id,message,__expected\nq1,bags?,care:route: ["REVIEW"]\nq2,dogs?,icontains: cargo\n'
    one, two = from_csv(text, place="t.csv")
    assert one.assertions[0].value == ["REVIEW"]
    assert two.assertions[0].value == "cargo"


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_as_spreadsheets_of_any_country_save_it(delimiter: str, encoding: str) -> None:
    out = io.StringIO()
    rows = list(csv.reader(io.StringIO(to_csv(BOTH.cases))))
    wide = len(rows[0]) + 2
    padded = [[*row, *[""] * (wide - len(row))] for row in [*rows, [], []]]
    csv.writer(out, delimiter=delimiter).writerows(padded)
    assert from_csv(decoded(out.getvalue().encode(encoding), place="t.csv"), place="t.csv") == BOTH.cases


def test_a_table_in_another_encoding_says_what_to_do() -> None:
    for data in ("message\nfür\n".encode("cp1252"), b"PK\x03\x04\x14\x00\xff"):
        with pytest.raises(SuiteInvalid, match=r"t.csv: not UTF-8.*CSV UTF-8"):
            decoded(data, place="t.csv")


def test_a_long_cell_is_read() -> None:
    (one,) = from_csv(f"message,__expected\n{'x' * 140_000},is-json\n", place="t.csv")
    assert len(one.vars.message) == 140_000
    assert one.id == "line-2"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("id,message\n", "t.csv:1: id: unknown column"),
        ("__metadata:id,message,__expected\na,hi,care:rout:x\n", "t.csv:2: assert.0: type"),
        ("__metadata:id,message,__expected\na,hi,!!\n", "t.csv:2: __expected: not an assertion"),
        ("__metadata:id,message,thread,__expected\na,hi,[,is-json\n", "t.csv:2: thread: not JSON"),
        ("__metadata:id,message,__expected\na,hi,is-json,more\n", "t.csv:2: more cells"),
        ("message,,__expected\nhi,more,is-json\n", "t.csv:2: more cells"),
        ("__metadata:id,message,__expected,__expected\na,hi,is-json,is-json\n", "t.csv:1: __expected: stands twice"),
        ('message,__expected\n"two\nlines",is-json\nhi,\n', "t.csv:4: assert: is empty"),
        ("__metadata:id,message,__expected\na,hi,is-json\na,ho,is-json\n", "t.csv:3: metadata.id: 'a' stands"),
        ('message,__expected\n"hi,is-json\nho,is-json\n', "t.csv:2: not CSV"),
        ('message,__expected\n"hi"x,is-json\n', "t.csv:2: not CSV"),
        ("message,__expected\n", "t.csv: no case"),
        ("", "t.csv: no case"),
    ],
)
def test_bad_tables_are_named(text: str, words: str) -> None:
    with pytest.raises(SuiteInvalid) as caught:
        from_csv(text, place="t.csv")
    assert words in str(caught.value)


_TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\0"), max_size=40)


_TEMPLATED = st.lists(st.sampled_from(["{{", "}}", "{%", "{", "'", " ", "{{ '{{' }}", "%}", "{#", "x"])).map("".join)


@given(message=_TEXT | _TEMPLATED, value=(_TEXT | _TEMPLATED).filter(bool))
def test_any_text_survives_every_format(message: str, value: str) -> None:
    whole = suite(case("a", {"type": "contains", "value": value}, message=message), metric="contains")
    assert from_csv(to_csv(whole.cases), place="t") == whole.cases
    assert from_promptfoo(to_promptfoo(whole, {}), place="t") == whole
    assert from_inspect(to_inspect(whole), place="t") == whole


def test_promptfoo_there_and_back() -> None:
    text = to_promptfoo(BOTH, {"rich": turn(draft("Bags."))})
    assert from_promptfoo(text, place="t") == BOTH
    config = yaml.safe_load(text)
    first = config["tests"][0]
    assert first["vars"]["draft"] == "Bags. – AI assistant"
    assert isinstance(first["vars"]["thread"], str)
    assert first["assert"][1] == {
        "type": "python",
        "value": "file://care_assertion.py",
        "weight": 2.0,
        "metric": "source",
        "config": {"type": "care:cites", "value": "cabin-bags"},
    }
    assert first["assert"][6] == {"type": "latency", "threshold": 50.5}


def test_our_assertions_inside_promptfoo() -> None:
    about = turn(draft("Bags."))
    context = {"vars": {"turn": about.model_dump_json()}, "config": {"type": "care:cites", "value": "cabin-bags"}}
    assert get_assert("Bags.", context)["pass"] is True
    missing = get_assert("", {"vars": {"turn": ""}, "config": {"type": "care:cites"}})
    assert (missing["pass"], missing["reason"]) == (False, "unscored: the case has no turn")


def test_a_foreign_promptfoo_suite() -> None:
    text = "tests:\n  - vars: {message: hi}\n    assert: [{type: contains, value: x}]\n"
    whole = from_promptfoo(text, place="t")
    assert (whole.name, whole.cases[0].id, whole.gates[0].metric) == ("imported", "test-0", "contains")
    for bad in ("tests: file://tests.csv", "tests: [{vars: {}}]", "tests: ["):
        with pytest.raises(SuiteInvalid):
            from_promptfoo(bad, place="t")


_PROMPTFOO = "vars: {message: hi}, assert: [{type: contains, value: x}]"
_TWICE = f"{{{_PROMPTFOO}, metadata: {{id: a}}}}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (f"tests: [{{{_PROMPTFOO.replace('hi}', 'hi, author: Bob}')}}}]", "t: test 0: vars.author: "),
        (f"tests: [{_TWICE}, {_TWICE}]", "t: test 1: metadata.id: 'a' stands in test 0 already"),
        ("tests: [{vars: {question: hi}, assert: [{type: is-json}]}]", "t: test 0: vars.question: is not a field"),
        ("tests: [hello]", "t: test 0: vars.message: is missing"),
        ("tests: []", "t: no case"),
    ],
)
def test_mistakes_in_a_foreign_promptfoo_suite_are_named(text: str, words: str) -> None:
    with pytest.raises(SuiteInvalid) as caught:
        from_promptfoo(text, place="t")
    assert words in str(caught.value)
    assert "gates" not in str(caught.value)


def test_inspect_there_and_back() -> None:
    text = to_inspect(BOTH)
    assert from_inspect(text, place="t") == BOTH
    first, second = (json.loads(line) for line in text.splitlines())
    assert [message["role"] for message in first["input"]] == ["user", "assistant", "user"]
    assert first["target"][0] == 'care:route: ["AUTO_REPLY", "REVIEW"]'
    assert second["input"] == "-1 for effort"
    with pytest.raises(SuiteInvalid, match="t:1"):
        from_inspect('{"input": "x"}', place="t")
