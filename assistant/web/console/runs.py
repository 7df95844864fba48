"""Eval runs: started, followed and ended here, looked at one by one, and compared."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.compose import Assistant, suite_runs
from assistant.domain.agent import Agent, Permission
from assistant.errors import AssistantError, NotFound, SuiteInvalid
from assistant.evals.case import Suite
from assistant.evals.compare import compare
from assistant.evals.folders import RUNS
from assistant.evals.gates import GateResult, Outcome
from assistant.evals.report import REPORT_FILE, InShort, failed_cases, read_in_short
from assistant.evals.results import RUN_FILE, TURNS_FILE, Run, read_run
from assistant.web.console.frame import address, page
from assistant.web.console.quality import context_of
from assistant.web.console.voice import in_short
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.problems import status_of
from assistant.web.sessions import require

MOST_RUNS = 20
MOST_FAILED = 40
"""Failed cases a run's page names; its report shows them in full."""

router = APIRouter()
Name = Annotated[str, Query(max_length=200)]
Names = Annotated[list[str] | None, Form(max_length=200)]


@router.get("/quality/runs")
def runs(request: Request, assistant: TheAssistant, agent: TheAgent, before: Name = "", after: Name = "") -> Response:
    """Eval runs, newest first; two of them compared where both are chosen."""
    return _listed(request, assistant, agent, before=before, after=after)


@router.post("/quality/runs")
def begin(request: Request, assistant: TheAssistant, agent: TheAgent, suites: Names = None) -> Response:
    """Run the suites that were ticked, without any all; whoever asked waits on the run's page."""
    require(agent, Permission.MEASURE)
    try:
        run = suite_runs.begin(assistant, suites or (), by=agent.name)
    except AssistantError as refusal:
        return _listed(request, assistant, agent, refusal=refusal, chosen=suites or ())
    return RedirectResponse(f"/quality/runs/{run.run}", status_code=303)


@router.get("/quality/runs/newest")
def under_way(request: Request, assistant: TheAssistant, agent: TheAgent, on: Name = "") -> Response:
    """How far a run is, for a page that waits for it; the run's own page, `on`, is loaded anew at its end."""
    require(agent, Permission.READ)
    may = {"may": lambda word: agent.may(Permission(word)), "asked": True, "on": on, "when": when}
    newest = _newest(assistant)
    answer = page(request, "part_suites.html", may | newest)
    run = newest["suite_run"]
    if run is not None and run.run == on and run.outcome:
        answer.headers["HX-Redirect"] = address(f"/quality/runs/{on}", what="suites run")
    return answer


@router.post("/quality/runs/newest/end")
def end(assistant: TheAssistant, agent: TheAgent) -> Response:
    """End the run under way; where it ended meanwhile, show how."""
    require(agent, Permission.MEASURE)
    try:
        run = suite_runs.end(assistant, by=agent.name)
    except NotFound:
        if (ended := suite_runs.newest(assistant)) is None:
            raise
        run = ended
    return RedirectResponse(f"/quality/runs/{run.run}", status_code=303)


@router.get("/quality/runs/{name}")
def run(request: Request, name: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """One run: how far it is, or what its gates said, what failed, and what it was run on."""
    context = context_of(request, assistant, agent) | _newest(assistant)
    newest, names = context["suite_run"], _names()
    if name not in names and (newest is None or newest.run != name):
        raise NotFound("run", name)
    context |= {"name": name, "tab": "runs", "when": when, "done_run": None}
    if name in names and (seen := _in_short(name)) is not None:
        context |= {"done_run": seen, "before": _before(name, names, seen["manifest"].suites)}
        context |= _failed(name) | {"versions": _beside(seen["manifest"].versions, suite_runs.would_test(assistant))}
    return page(request, "run.html", context)


@router.get("/quality/runs/{name}/report")
def report(name: str, agent: TheAgent) -> Response:
    """The run's own page, which needs nothing else: styles of its own, and no script."""
    require(agent, Permission.READ)
    if name not in _names() or not (path := RUNS / name / REPORT_FILE).is_file():
        raise NotFound("run", name)
    alone = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return HTMLResponse(path.read_bytes(), headers=alone)


def when(name: str) -> str:
    """The time in a run's name in words; the name itself where it holds none."""
    try:
        at = datetime.strptime(name, suite_runs.NAMED_BY).replace(tzinfo=UTC)
    except ValueError:
        return name
    return f"{at:%d %b %Y, %H:%M:%S} UTC"


def _listed(
    request: Request,
    assistant: Assistant,
    agent: Agent,
    *,
    before: str = "",
    after: str = "",
    refusal: AssistantError | None = None,
    chosen: Sequence[str] = (),
) -> Response:
    context = context_of(request, assistant, agent) | _newest(assistant)
    names = _names()
    listed = [(name, _in_short(name)) for name in names[:MOST_RUNS]]
    context |= {
        "listed": [(name, run) for name, run in listed if run],
        "comparison": _compared(before, after, names) if before and after else None,
        "before": before,
        "after": after,
        "tab": "runs",
        "when": when,
        "refusal": refusal,
        "chosen": chosen,
    }
    if agent.may(Permission.MEASURE):
        context |= _choices(assistant)
    return page(request, "runs.html", context, status_of(refusal) if refusal else 200)


def _compared(before: str, after: str, names: Sequence[str]) -> Any:  # noqa: ANN401 - for a template
    both = [_run(name) if name in names else None for name in (before, after)]
    if both[0] is None or both[1] is None:
        raise NotFound("run", before if both[0] is None else after)
    return compare(both[0], both[1])


def _choices(assistant: Assistant) -> dict[str, Any]:
    """The suites that can be run and what they would test; what can't be read is said."""
    suites: dict[str, Suite] = {}
    unreadable = None
    try:
        names = tuple(suite_runs.suite_folders(assistant.settings))
        suites = dict(zip(names, suite_runs.read_suites(assistant.settings, names), strict=True))
    except SuiteInvalid as invalid:
        unreadable = invalid
    usual = [suites[name] for name in suite_runs.suite_names() if name in suites]
    return {
        "suites": suites,
        "usual": len(usual),
        "cases": sum(len(suite.cases) for suite in usual),
        "unreadable": unreadable,
        "would_test": in_short(suite_runs.would_test(assistant)),
        "asks_model": assistant.settings.uses_model,
    }


def _newest(assistant: Assistant) -> dict[str, Any]:
    """The last run that was asked for; whether it ends, and what it has answered where it came to nothing."""
    run = suite_runs.newest(assistant)
    left = run is not None and (RUNS / run.run / TURNS_FILE).exists()
    return {"suite_run": run, "ending": suite_runs.is_ending(assistant), "left": left}


def _names() -> list[str]:
    """Folders with a whole run, newest first: their names begin with their time."""
    return sorted((path.parent.name for path in RUNS.glob(f"*/{RUN_FILE}")), reverse=True)


def _before(name: str, names: Sequence[str], suites: Sequence[str]) -> str:
    """The newest run before this one that ran any of its suites; empty where there is none."""
    earlier = (each for each in names if each < name)
    return next((each for each in earlier if _shares(each, suites)), "")


def _shares(name: str, suites: Sequence[str]) -> bool:
    run = _read_in_short(name)
    return run is not None and bool(set(run.manifest.suites) & set(suites))


def _failed(name: str) -> dict[str, Any]:
    run = _run(name)
    failed = list(failed_cases(run)) if run else []
    return {"failed": failed[:MOST_FAILED], "more_failed": max(0, len(failed) - MOST_FAILED)}


def _beside(tested: Mapping[str, str], now: Mapping[str, str]) -> list[tuple[str, str, bool]]:
    """Part, version, and whether another version answers now."""
    short = in_short(tested)
    return [(part, short[part], part in now and now[part] != tested[part]) for part in sorted(tested)]


def _run(name: str) -> Run | None:
    try:
        return read_run(RUNS / name, with_turns=False)
    except SuiteInvalid:
        return None


def _read_in_short(name: str) -> InShort | None:
    try:
        return read_in_short(RUNS / name)
    except SuiteInvalid:
        return None


def _in_short(name: str) -> dict[str, Any] | None:
    """A run as the list shows it: what its gates said, the troubled ones first, and whether it has a page."""
    run = _read_in_short(name)
    if run is None:
        return None
    return {
        "manifest": run.manifest,
        "outcome": run.outcome,
        "gates": run.gates,
        "troubled": list(_troubled(run.gates)),
        "has_page": (RUNS / name / REPORT_FILE).is_file(),
    }


def _troubled(gates: Sequence[GateResult]) -> Iterator[GateResult]:
    for outcome in (Outcome.FAILED, Outcome.UNDECIDED):
        yield from (gate for gate in gates if gate.outcome is outcome)
