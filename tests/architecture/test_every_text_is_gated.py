"""Whatever a customer reads passes the gate: who makes a row of the outbox asks it, or is given a text that passed."""

import re
from pathlib import Path

DESK = Path(__file__).parents[2] / "assistant" / "desk"
GIVEN = {"replies.py"}
"""Makes rows of texts it is given: by `act`, from drafts the pipeline checked, by `review` and by those who have the
brand's words `voiced`, which ask the gate."""


def test_who_makes_an_outbox_row_asks_the_gate() -> None:
    makers = {
        file.name: file.read_text(encoding="utf-8")
        for file in DESK.glob("*.py")
        if re.search(r"(?<![\w.])(?:Reply|voiced)\(", file.read_text(encoding="utf-8"))
    }
    assert makers.keys() == {*GIVEN, "follow_up.py", "handoffs.py", "peers.py"}
    assert [name for name, text in makers.items() if name not in GIVEN and "judge_text(" not in text] == []


def test_only_checked_drafts_and_judged_texts_become_replies() -> None:
    callers = {file.name for file in DESK.glob("*.py") if "= reply_to(" in file.read_text(encoding="utf-8")}
    assert callers == {"act.py", "review.py"}
    assert "judge_text" in (DESK / "review.py").read_text(encoding="utf-8")
