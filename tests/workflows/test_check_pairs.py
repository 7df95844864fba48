import pytest

from assistant.errors import InputInvalid
from assistant.workflows.check_pairs import check_pair
from tests.gate_builders import REFUNDS


def test_a_row_gives_its_verdict_with_sources() -> None:
    row = {"id": "a", "passages": [REFUNDS], "reply": "Hi! Light tickets are not refundable. The fee is EUR 75."}
    verdict = check_pair(row, position="line-1")
    assert verdict["id"] == "a"
    assert verdict["supported"] is False
    assert isinstance(verdict["score"], float)
    assert 0 <= verdict["score"] <= 1
    assert verdict["claims"] == [
        {"text": "Hi!", "kind": "courtesy", "supported": True, "source": None, "missing": []},
        {
            "text": "Light tickets are not refundable.",
            "kind": "policy",
            "supported": True,
            "source": {"passage": 0, "quote": "Light tickets are not refundable, but taxes are refunded."},
            "missing": [],
        },
        {"text": "The fee is EUR 75.", "kind": "policy", "supported": False, "source": None, "missing": ["EUR 75"]},
    ]


def test_a_contradiction_is_named_in_missing() -> None:
    row = {"passages": [REFUNDS], "reply": "Light tickets are refundable."}
    verdict = check_pair(row, position="line-7")
    assert verdict["id"] == "line-7"
    assert verdict["claims"] == [
        {
            "text": "Light tickets are refundable.",
            "kind": "policy",
            "supported": False,
            "source": None,
            "missing": ["one denies what the other states"],
        }
    ]


@pytest.mark.parametrize(
    ("row", "named"),
    [
        ({"passages": ["a"]}, "reply"),
        ({"passages": ["a"], "reply": "  "}, "reply"),
        ({"passages": ["a"], "reply": 5}, "reply"),
        ({"passages": ["a"], "reply": "a" * 20_001}, "reply"),
        ({"reply": "a"}, "passages"),
        ({"passages": "a", "reply": "a"}, "passages"),
        ({"passages": [1], "reply": "a"}, "passages"),
        ({"passages": ["a"] * 1001, "reply": "a"}, "passages"),
        ({"passages": ["a"], "reply": "a \ud800"}, "reply"),
        ({"passages": ["a \udfff"], "reply": "a"}, "passages"),
        ({"passages": ["a"], "reply": "a", "mention": 5}, "mention"),
        ({"id": [], "passages": ["a"], "reply": "a"}, "id"),
        ({"id": True, "passages": ["a"], "reply": "a"}, "id"),
    ],
)
def test_a_bad_row_names_its_field(row: dict[str, object], named: str) -> None:
    with pytest.raises(InputInvalid, match=named):
        check_pair(row, position="line-1")


def test_no_passages_support_nothing() -> None:
    numbered = check_pair({"id": 5, "passages": [], "reply": "Bags weigh 8 kg."}, position="line-1")
    assert (numbered["id"], numbered["supported"]) == (5, False)


def test_the_mention_may_say_that_a_condition_holds() -> None:
    row = {"passages": ["Members may change once free of charge."], "reply": "You may change once free of charge."}
    assert check_pair(row, position="line-1")["claims"] == [
        {"text": row["reply"], "kind": "policy", "supported": False, "source": None, "missing": ["members"]}
    ]
    assert check_pair({**row, "mention": "I'm a member, can I change?"}, position="line-1")["supported"] is True
