"""The levels at which a veto fires, on heads whose scores are given."""

from math import log

import numpy as np
import pytest

from assistant.domain.understanding import FiredSensitivity, Piece
from assistant.domain.vocabulary import Sensitivity, Sentiment, Stance, Urgency
from assistant.scoring.features import fit_tfidf
from assistant.scoring.folder import Facts, Loaded
from assistant.scoring.heads import ORDERS, StatesHead
from assistant.scoring.linear import Kernel, pack_scorer, pack_tfidf
from assistant.scoring.sensitivity import CRITICAL, Rule

MAYBE, CERTAIN = 0.5, 0.9
CLASSES = {"sentiment": len(Sentiment), "urgency": len(Urgency), "stance": len(Stance), ORDERS: 1}
RULES = [
    Rule(category=category, says=f"names {category.value}", any_of=("watchword",), match=("watchword",))
    for category in (Sensitivity.REGULATOR, Sensitivity.SELF_HARM)
]


def head(likely: float) -> StatesHead:
    """Every veto scores this on every text."""
    sizes = CLASSES | {category.value: 1 for category in Sensitivity}
    ends = np.cumsum(list(sizes.values())).tolist()
    columns = {name: (end - size, end) for (name, size), end in zip(sizes.items(), ends, strict=True)}
    bias = np.full(ends[-1], log(likely / (1 - likely)), np.float32)
    tfidf = fit_tfidf(["a watchword", "a calm word"], min_count=1, max_terms=50)
    scorer = Kernel(
        terms=np.zeros((len(tfidf.terms), len(bias)), np.float32),
        support=np.eye(1, 4, dtype=np.float32),
        weights=np.zeros((1, len(bias)), np.float32),
        bias=bias,
    )
    settings = {
        "embedder": "none",
        "columns": columns,
        "sharpness": dict.fromkeys(CLASSES, 1.0),
        "thresholds": dict.fromkeys([category.value for category in Sensitivity], MAYBE),
        "certain": dict.fromkeys([category.value for category in Sensitivity], CERTAIN),
        "rules": [rule.model_dump(mode="json") for rule in RULES],
    }
    facts = Facts(kind="states", inputs="", settings=settings)
    return StatesHead(Loaded(facts, pack_tfidf(tfidf) | pack_scorer("states", scorer), ""))


def fired(text: str, *, likely: float) -> dict[Sensitivity, FiredSensitivity]:
    states = head(likely)
    (found,) = states.read([text], states.tfidf.transform([text]), np.eye(1, 4, dtype=np.float32)).fired
    return {each.category: each for each in found}


@pytest.mark.parametrize(("likely", "certain"), [(0.4, None), (0.6, False), (0.95, True)])
def test_a_score_says_nothing_maybe_or_for_certain(likely: float, certain: bool | None) -> None:
    found = fired("a calm word", likely=likely)
    assert {each.certain for each in found.values()} == (set() if certain is None else {certain})
    assert len(found) == (0 if certain is None else len(Sensitivity))


@pytest.mark.parametrize("likely", [0.41, 0.6, 0.95])
def test_wording_is_certain_where_its_meaning_does_not_speak_against_it(likely: float) -> None:
    found = fired("a watchword", likely=likely)
    assert found[Sensitivity.REGULATOR].certain
    assert found[Sensitivity.SELF_HARM].certain
    assert "watchword" in found[Sensitivity.REGULATOR].why


def test_wording_that_only_looks_like_it_is_let_go_except_where_a_miss_is_worst() -> None:
    for likely in (0.1, 0.39):
        found = fired("a watchword", likely=likely)
        assert set(found) == {Sensitivity.SELF_HARM}
        assert not found[Sensitivity.SELF_HARM].certain


@pytest.mark.parametrize(("alone", "certain", "critical"), [(True, True, True), (False, False, True)])
def test_a_piece_needs_to_be_surer_less_so_where_a_miss_is_worst(alone: bool, certain: bool, critical: bool) -> None:
    states, piece = head(0.95), Piece("a calm word", alone=alone)
    (found,) = states.vetoes([piece], states.tfidf.transform([piece.text]), np.eye(1, 4, dtype=np.float32))
    sure = {each.category: each.certain for each in found}
    assert {sure.pop(category) for category in CRITICAL} == {critical}
    assert set(sure.values()) == {certain}
