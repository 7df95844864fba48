"""The blind messages on who wants an answer share no wording with what is learnt or with a suite."""

import json
from collections.abc import Iterable
from pathlib import Path

from assistant.domain.brand import NO_REPLY_STANCES
from assistant.domain.vocabulary import Stance
from assistant.learning.rows import shipped
from assistant.scoring.text import fold

EVALS = Path(__file__).parents[2] / "evals"


def _rows(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_blind_messages_are_of_every_stance_and_no_copies() -> None:
    rows = _rows(EVALS / "stance" / "blind.jsonl")
    assert len(rows) >= 120
    assert {row["stance"] for row in rows} == {stance.value for stance in Stance}
    assert all(row["respond"] is (Stance(str(row["stance"])) not in NO_REPLY_STANCES) for row in rows)
    known = _runs(example.text for example in shipped("stance"))
    known |= _runs(str(case["vars"]) for path in EVALS.glob("suites/*/cases.jsonl") for case in _rows(path))
    assert [row["id"] for row in rows if _runs([str(row["text"])]) & known] == []


def _runs(texts: Iterable[str]) -> set[tuple[str, ...]]:
    words = [fold(text).split() for text in texts]
    return {tuple(each[start : start + 6]) for each in words for start in range(len(each) - 5)}
