"""A run for readers: the summary in run.json, JUnit XML for CI, and one HTML page that needs nothing else."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from pydantic import JsonValue, TypeAdapter

from assistant.domain.turn import Turn
from assistant.errors import Infrastructure, SuiteInvalid
from assistant.evals.case import CaseSeverity
from assistant.evals.compare import Comparison, said_in
from assistant.evals.gates import GateResult, Outcome, overall
from assistant.evals.results import RUN_FILE, Manifest, Run, ScoreRow, write_run
from assistant.evals.summary import Rate, rates, slice_rates

REPORT_FILE = "report.html"
WORST = 40
"""Failed cases shown in full; the rest is counted."""
BAR_WIDTH = 120
_ORDER = (Outcome.FAILED, Outcome.UNDECIDED, Outcome.PASSED)
"""What needs a reader comes first."""
_GATES = TypeAdapter(tuple[GateResult, ...])
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


class InShort(NamedTuple):
    """What a list of runs shows: what was run, and what the gates said; none were judged of stored drafts."""

    manifest: Manifest
    outcome: Outcome | None
    gates: tuple[GateResult, ...]


def read_in_short(folder: Path) -> InShort:
    """From run.json alone. Raises `SuiteInvalid`."""
    try:
        known: Mapping[str, object] = json.loads((folder / RUN_FILE).read_text(encoding="utf-8"))
        manifest = Manifest.model_validate({key: known[key] for key in Manifest.model_fields if key in known})
        gates = _GATES.validate_python(known.get("gates", ()))
    except (OSError, ValueError, TypeError) as error:
        raise SuiteInvalid([f"{folder}: not a run this version can read: {str(error).splitlines()[0]}"]) from error
    return InShort(manifest, overall(gates) if gates else None, gates)


class FailedCase(NamedTuple):
    """A case that failed in so many tries, with what failed in the worst of them and its turn where it is at hand."""

    name: str
    critical: bool
    tries: int
    failed: tuple[ScoreRow, ...]
    turn: Turn | None


def write_report(
    folder: Path, run: Run, *, gates: Sequence[GateResult], comparison: Comparison | None = None
) -> tuple[Path, ...]:
    """Write run.json, scores.jsonl, turns.jsonl, junit.xml and report.html; the two for reading are returned."""
    junit, page = folder / "junit.xml", folder / REPORT_FILE
    texts = {junit: junit_xml(run, gates), page: html(run, gates=gates, comparison=comparison)}
    write_run(folder, run, summary=summary_of(run, gates, comparison))
    for path, text in texts.items():
        try:
            path.write_text(text, encoding="utf-8")
        except OSError as error:
            raise Infrastructure(f"{path}: {error.strerror or error}") from error
    return junit, page


def summary_of(run: Run, gates: Sequence[GateResult], comparison: Comparison | None) -> Mapping[str, JsonValue]:
    """What run.json says beyond the manifest."""
    return {
        "outcome": overall(gates).value if gates else None,
        "gates": [gate.model_dump(mode="json") for gate in gates],
        "rates": [rate.model_dump(mode="json") for rate in rates(run.scores)],
        "slices": [rate.model_dump(mode="json") for rate in slice_rates(run.scores)],
        "comparison": comparison.model_dump(mode="json") if comparison else None,
    }


def junit_xml(run: Run, gates: Sequence[GateResult]) -> str:
    """One test case per assertion and repetition, unscored ones skipped, and one per gate."""
    root = ET.Element("testsuites", name="assistant eval", time=f"{run.manifest.seconds:.3f}")
    for suite in dict.fromkeys(row.suite for row in run.scores):
        rows = [row for row in run.scores if row.suite == suite]
        element = ET.SubElement(
            root,
            "testsuite",
            name=suite,
            tests=str(len(rows)),
            failures=str(sum(row.passed is False for row in rows)),
            skipped=str(sum(row.passed is None for row in rows)),
        )
        for row in rows:
            again = f" #{row.epoch + 1}" if run.manifest.repeats > 1 else ""
            name = f"{row.index}: {row.label}{again}"
            _test(element, f"{suite}.{row.case_id}", name, row.passed, row.reason, heard=_heard(run, row))
    if gates:
        failures = sum(gate.outcome.value != "passed" for gate in gates)
        element = ET.SubElement(root, "testsuite", name="gates", tests=str(len(gates)), failures=str(failures))
        for gate in gates:
            _test(element, f"gates.{gate.suite}", gate.metric, gate.outcome.value == "passed", gate.reason)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _heard(run: Run, row: ScoreRow) -> str:
    """What was asked and what came of it, for whoever reads a failure in CI; empty where no turn is at hand."""
    if row.passed is not False or (turn := run.turn(row)) is None:
        return ""
    return f"\n\nasked on {turn.mention.channel}: {turn.mention.text}\n{said_in(turn)}"


def _test(suite: ET.Element, classname: str, name: str, passed: bool | None, reason: str, *, heard: str = "") -> None:
    case = ET.SubElement(suite, "testcase", classname=_clean(classname), name=_clean(name))
    if passed is None:
        ET.SubElement(case, "skipped", message=_clean(reason))
    elif not passed:
        ET.SubElement(case, "failure", message=_clean(reason)[:500]).text = _clean(reason + heard)


def _clean(text: str) -> str:
    """XML knows no control characters."""
    return _CONTROL.sub("\ufffd", text)


def html(run: Run, *, gates: Sequence[GateResult], comparison: Comparison | None = None) -> str:
    """The page, styles and drawings inside it; customer text is escaped."""
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    failed = list(failed_cases(run))
    return environment.get_template("report.html").render(
        run=run.manifest,
        outcome=overall(gates).value if gates else "",
        gates=sorted(gates, key=lambda gate: _ORDER.index(gate.outcome)),
        counts=[(outcome.value, sum(gate.outcome is outcome for gate in gates)) for outcome in _ORDER] if gates else [],
        critical_failed=sum(case.critical for case in failed),
        broken=sum(flip.after is False for flip in comparison.flips) if comparison else 0,
        fixed=sum(flip.after is True for flip in comparison.flips) if comparison else 0,
        rates=[(rate, _bar(rate)) for rate in rates(run.scores)],
        slices=[(rate, _bar(rate)) for rate in slice_rates(run.scores)],
        failed=failed[:WORST],
        more_failed=max(0, len(failed) - WORST),
        unscored=[row for row in run.scores if row.passed is None],
        comparison=comparison,
        changed_slices=[change for change in comparison.slices if change.broken or change.fixed] if comparison else [],
    )


class Bar(NamedTuple):
    """Places on a bar of `BAR_WIDTH` units: the interval's ends and the rate itself."""

    low: float
    width: float
    rate: float | None
    of: int = BAR_WIDTH


def _bar(rate: Rate) -> Bar:
    low = rate.low * BAR_WIDTH
    seen = rate.rate * BAR_WIDTH if rate.rate is not None else None
    return Bar(round(low, 1), round(max(1.0, rate.high * BAR_WIDTH - low), 1), seen)


def failed_cases(run: Run) -> Iterator[FailedCase]:
    """Cases with a failure, critical ones first, then those with most failures."""
    cases: dict[str, dict[int, list[ScoreRow]]] = {}
    for row in run.scores:
        if row.passed is False:
            cases.setdefault(row.name, {}).setdefault(row.epoch, []).append(row)
    found: list[FailedCase] = []
    for name, tries in cases.items():
        worst = max(tries.values(), key=len)
        critical = worst[0].severity is CaseSeverity.CRITICAL
        found.append(FailedCase(name, critical, len(tries), tuple(worst), run.turn(worst[0])))
    yield from sorted(found, key=lambda case: (not case.critical, -len(case.failed)))
