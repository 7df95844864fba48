"""Runs are resumable, repeated where asked, gated on bounds, and written for people and machines."""

import json
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Evidence
from assistant.domain.mention import Mention
from assistant.domain.turn import FELL_BACK, Turn
from assistant.domain.vocabulary import Decision, Severity
from assistant.errors import SuiteInvalid
from assistant.evals.case import Suite
from assistant.evals.gates import CRITICAL, Outcome, judge_gates, overall
from assistant.evals.report import failed_cases, html, junit_xml, write_report
from assistant.evals.results import Run, read_run
from assistant.evals.run import content_key, run_suites
from tests.eval_builders import Scripted, case, row, run, suite
from tests.pipeline_builders import NOW, pack

VERSIONS = {"pack": "p1"}
SMALL = suite(
    case("a", {"type": "care:route", "value": "AUTO_REPLY"}, {"type": "contains", "value": "small bag"}, message="yes"),
    case("b", {"type": "care:route", "value": "HANDOFF"}, message="<script>alert('no')</script>", slice="odd"),
)


async def answered(
    respond: Scripted, *suites: Suite, folder: Path | None = None, repeats: int = 1, pack_hash: str = "p1"
) -> Run:
    return await run_suites(
        suites or (SMALL,),
        respond,
        pack=pack(),
        versions={"pack": pack_hash},
        clock=lambda: NOW,
        repeats=repeats,
        folder=folder,
    )


async def test_every_case_is_answered_and_scored() -> None:
    finished = await answered(Scripted())
    assert [(s.case_id, s.assertion, s.passed) for s in finished.scores] == [
        ("a", "care:route", True),
        ("a", "contains", True),
        ("b", "care:route", True),
    ]
    assert finished.manifest.cases == 2


async def test_what_was_computed_is_kept(tmp_path: Path) -> None:
    first, second, third = Scripted(), Scripted(), Scripted()
    await answered(first, folder=tmp_path)
    again = await answered(second, folder=tmp_path)
    assert (len(first.asked), second.asked, again.manifest.reused) == (2, [], 2)
    await answered(third, folder=tmp_path, pack_hash="p2")
    assert len(third.asked) == 2


async def test_a_changed_assertion_only_scores_again(tmp_path: Path) -> None:
    await answered(Scripted(), folder=tmp_path)
    respond = Scripted()
    changed = suite(case("a", {"type": "contains", "value": "no such words"}, message="yes"), metric="contains")
    finished = await answered(respond, changed, folder=tmp_path)
    assert (respond.asked, finished.scores[0].passed) == ([], False)


async def test_an_interrupted_run_goes_on(tmp_path: Path) -> None:
    many = suite(*(case(f"c{i}", message=f"yes {i}") for i in range(100)))
    interrupted = Scripted(fail_after=64)
    with pytest.raises(KeyboardInterrupt):
        await answered(interrupted, many, folder=tmp_path)
    with (tmp_path / "turns.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"key": "half-writ')
    respond = Scripted()
    finished = await answered(respond, many, folder=tmp_path)
    assert (len(respond.asked), finished.manifest.reused) == (36, 64)


async def test_what_a_fallback_wrote_is_counted_and_asked_again(tmp_path: Path) -> None:
    note = Finding(guardrail=FELL_BACK, severity=Severity.NOTE, message="a-model could not be used")

    class Away(Scripted):
        async def __call__(
            self, mentions: Sequence[Mention], *, evidence: Mapping[str, Evidence] | None = None
        ) -> Sequence[Turn]:
            written = await super().__call__(mentions, evidence=evidence)
            return [each.model_copy(update={"findings": (note,)}) for each in written]

    fallen = await answered(Away(), folder=tmp_path)
    assert (fallen.manifest.fell_back, fallen.is_void) == (2, True)
    again = Scripted()
    written = await answered(again, folder=tmp_path)
    assert len(again.asked) == 2
    assert (written.manifest.reused, written.manifest.fell_back, written.is_void) == (0, 0, False)


async def test_repeats_are_tries_of_the_same_case() -> None:
    respond = Scripted()
    finished = await answered(respond, repeats=3)
    assert len(respond.asked) == 6
    assert {s.epoch for s in finished.scores} == {0, 1, 2}
    assert "pass^k" in html(finished, gates=())


async def test_given_passages_reach_the_pipeline() -> None:
    from assistant.evals.case import Case

    given = Case.model_validate(
        {
            "vars": {"message": "yes", "passages": ["Parking is free."]},
            "assert": [{"type": "care:route", "value": "AUTO_REPLY"}],
            "metadata": {"id": "p"},
        }
    )
    respond = Scripted()
    await answered(respond, suite(given, case("q", message="yes")))
    assert list(respond.evidence) == ["small/p"]


def test_the_key_is_the_content() -> None:
    one = content_key("s", case("a"), VERSIONS)
    assert one == content_key("s", case("a", {"type": "equals", "value": "x"}), VERSIONS)
    assert one != content_key("s", case("a", message="other"), VERSIONS)
    assert one != content_key("s", case("a"), {"pack": "p2"})


@pytest.mark.parametrize(
    ("passed", "n", "least", "outcome"),
    [(40, 40, 0.9, "passed"), (20, 40, 0.9, "failed"), (19, 20, 0.9, "undecided"), (0, 0, 0.9, "undecided")],
)
def test_gates_look_at_the_bound(passed: int, n: int, least: float, outcome: str) -> None:
    rows = [row(f"c{i}", i < passed) for i in range(n)]
    (result,) = judge_gates([suite(case(), least=least)], rows)
    assert result.outcome == outcome
    assert (result.cases_needed is not None) == (outcome == "undecided")
    if outcome == "undecided":
        assert f"take {result.cases_needed} cases" in result.reason


def test_unscored_is_neither_pass_nor_zero() -> None:
    rows = [row(f"c{i}", True) for i in range(40)] + [row(f"u{i}", None) for i in range(40)]
    (result,) = judge_gates([suite(case())], rows)
    assert (result.outcome, "40 unscored" in result.reason) == (Outcome.PASSED, True)


def test_one_critical_case_fails_the_run() -> None:
    rows = [row(f"c{i}", i > 0, severity="critical" if i < 2 else "normal") for i in range(300)]
    results = judge_gates([suite(case())], rows)
    assert [(r.metric, r.outcome.value) for r in results] == [("care:route", "passed"), (CRITICAL, "failed")]
    assert "small/c0" in results[1].reason
    assert overall(results) is Outcome.FAILED


def test_a_critical_case_nobody_could_score_is_not_decided() -> None:
    rows = [row("c0", None, severity="critical"), *(row(f"c{i}") for i in range(1, 60))]
    assert overall(judge_gates([suite(case())], rows)) is Outcome.UNDECIDED


def test_any_failed_repetition_fails_the_case() -> None:
    rows = [row(f"c{i}", not (i < 30 and epoch == 2), epoch=epoch) for i in range(40) for epoch in range(3)]
    (result,) = judge_gates([suite(case())], rows)
    assert result.outcome is Outcome.FAILED
    assert result.reason.startswith("10/40")


async def test_a_run_is_written_and_read_back(tmp_path: Path) -> None:
    finished = await answered(Scripted(), folder=tmp_path)
    gates = judge_gates([SMALL], finished.scores)
    junit, page = write_report(tmp_path, finished, gates=gates)
    back = read_run(tmp_path)
    assert (back.manifest, back.scores, back.turns) == (finished.manifest, finished.scores, finished.turns)
    line = json.loads((tmp_path / "scores.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert {"case_id": "a", "assertion": "care:route", "value": 1.0, "pass": True}.items() <= line.items()
    assert json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))["outcome"] == "undecided"
    suites = ET.fromstring(junit.read_text(encoding="utf-8"))  # noqa: S314 - our own file
    assert [s.get("name") for s in suites] == ["small", "gates"]
    text = page.read_text(encoding="utf-8")
    assert "Wilson" in text
    assert "http" not in text.replace("http-equiv", "")


def test_what_customers_write_is_text_in_the_page() -> None:
    import asyncio

    respond = Scripted()
    failing = suite(case("x", {"type": "care:route", "value": "NO_REPLY"}, message="<script>alert('no')</script>"))
    finished = asyncio.run(answered(respond, failing))
    page = html(finished, gates=judge_gates([failing], finished.scores))
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert Decision.HANDOFF in page


async def test_a_case_that_fails_in_every_try_stands_once_in_the_page() -> None:
    finished = await answered(Scripted(), suite(case("x", {"type": "care:route", "value": "NO_REPLY"})), repeats=3)
    (failed,) = failed_cases(finished)
    assert (failed.name, failed.tries, len(failed.failed)) == ("small/x", 3, 1)
    page = html(finished, gates=())
    assert page.count("<strong>small/x</strong>") == 1
    assert "failed in 3 of 3 tries" in page
    assert "<b>1</b> case with a failed assertion" in page


def test_junit_survives_any_text() -> None:
    rows = [row("a", False, reason="bell \x07 and \ud800 and <b>"), row("b", None, reason="no turn")]
    suites = ET.fromstring(junit_xml(run(rows), ()))  # noqa: S314 - our own text
    assert suites[0].get("failures") == "1"
    assert suites[0].get("skipped") == "1"


def test_an_unreadable_run_says_where(tmp_path: Path) -> None:
    with pytest.raises(SuiteInvalid, match=r"run\.json"):
        read_run(tmp_path)
    (tmp_path / "run.json").write_text("{}", encoding="utf-8")
    with pytest.raises(SuiteInvalid, match="mistake"):
        read_run(tmp_path)


def test_a_reason_names_a_few_cases_and_counts_the_rest() -> None:
    """Ten thousand critical cases without a judge made one line of a million characters."""
    asked = suite(*(case(f"c{i}", severity="critical") for i in range(30)))
    untold = judge_gates([asked], [row(f"c{i}", None, severity="critical") for i in range(30)])[-1]
    assert untold.reason.startswith("not decidable: unscored in small/c0, small/c1,")
    assert untold.reason.endswith(" and 15 more")
    failed = judge_gates([asked], [row(f"c{i}", False, severity="critical") for i in range(30)])[-1]
    assert failed.reason.startswith("30 of 30 failed: small/c0, small/c1,")
    assert failed.reason.endswith(" and 15 more")
