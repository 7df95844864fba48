import json
from pathlib import Path

from assistant.guardrails.grounding import FEATURES
from assistant.learning.grounding import Pair, as_module, fit_grounding, is_held, read_begin, read_policy
from tests.gate_builders import BAGS, REFUNDS

TRUE = tuple(line for line in (*REFUNDS.split("\n"), *BAGS.split("\n")) if "http" not in line)
FALSE = (
    "Pets travel free of charge on Sundays.",
    "Light tickets are refundable.",
    "Bags cost EUR 99.",
    "Wifi is fast.",
)


def pairs() -> tuple[Pair, ...]:
    return tuple(
        Pair(id=str(n), source="own", group=str(n), passages=(REFUNDS, BAGS), reply=text, supported=text in TRUE)
        for n, text in enumerate((*TRUE, *FALSE))
    )


def test_fits_a_score_that_ranks_supported_replies_first() -> None:
    fitted = fit_grounding(pairs(), source_weights={"own": 1.0}, threshold_on="own")
    assert set(fitted.weights) == set(FEATURES)
    assert fitted.weights["unspoken"] < 0
    assert 0 <= fitted.threshold < 1


def test_the_module_it_writes_holds_the_same_numbers() -> None:
    fitted = fit_grounding(pairs(), source_weights={"own": 1.0}, threshold_on="own")
    written: dict[str, object] = {}
    exec(as_module(fitted, source="a test"), written)  # noqa: S102 - our own text
    assert written["WEIGHTS"] == fitted.weights
    assert written["THRESHOLD"] == fitted.threshold
    assert written["SOURCE"] == "a test"


def test_a_group_is_held_or_not_for_good() -> None:
    held = [is_held(f"document {number}") for number in range(1000)]
    assert held == [is_held(f"document {number}") for number in range(1000)]
    assert 350 < sum(held) < 450


def test_reads_both_sets(tmp_path: Path) -> None:
    begin, policy = tmp_path / "begin.jsonl", tmp_path / "policy.jsonl"
    row = {"id": "1", "evidence": ["Sky is blue."], "reply": "It is blue."}
    begin.write_text("".join(json.dumps({**row, "label": label}) + "\n" for label in (0, 1, None)))
    policy.write_text(json.dumps({**row, "label": 0, "doc": "d", "perturb": "money"}) + "\n")
    assert [pair.supported for pair in read_begin(begin)] == [False, True]
    assert [(pair.group, pair.planted) for pair in read_policy(policy)] == [("d", "money")]
