"""Suites: which there are, and running them while the service runs. A sign-in as QA is enough."""

from typing import Annotated, Literal

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from assistant.compose import suite_runs
from assistant.domain.agent import Permission
from assistant.domain.suite_run import SuiteRun
from assistant.errors import NotFound
from assistant.evals.folders import RUNS
from assistant.evals.report import read_in_short
from assistant.evals.results import RUN_FILE, Manifest
from assistant.web.deps import Name, TheAgent, TheAssistant
from assistant.web.sessions import require

router = APIRouter()
Verdict = Literal["passed", "failed", "undecided"]


class SuiteOut(BaseModel):
    """A suite that can be run; `name` is what a run of it is asked for by."""

    name: str
    description: str
    cases: int


class RunIn(BaseModel):
    """Which suites, none named meaning all."""

    model_config = ConfigDict(extra="forbid")

    by: Name
    suites: list[Annotated[str, Field(min_length=1, max_length=200)]] = Field(default_factory=list, max_length=200)


class EndIn(BaseModel):
    """Who asks for it."""

    model_config = ConfigDict(extra="forbid")

    by: Name


class GateOut(BaseModel):
    """What one gate says; `cases_needed` in all, where more cases would decide it."""

    suite: str
    metric: str
    outcome: Verdict
    reason: str
    cases_needed: int | None


class RunOut(BaseModel):
    """A run that is whole: what was run on which versions, and what its gates say; `outcome` is null without gates."""

    run: str
    manifest: Manifest
    outcome: Verdict | None
    gates: list[GateOut]


@router.get("/suites")
def list_suites(assistant: TheAssistant) -> list[SuiteOut]:
    """Every suite the service can run; `harvested` holds proposed cases and runs only where it is named. 503 where one
    can't be read, with file and line.
    """
    names = tuple(suite_runs.suite_folders(assistant.settings))
    return [
        SuiteOut(name=name, description=suite.description, cases=len(suite.cases))
        for name, suite in zip(names, suite_runs.read_suites(assistant.settings, names), strict=True)
    ]


@router.post("/suite-runs", status_code=202)
def run_suites(run_in: RunIn, assistant: TheAssistant, agent: TheAgent) -> SuiteRun:
    """Run suites in a process of its own; nothing is stored or sent. 409 while a run is under way."""
    require(agent, Permission.MEASURE)
    return suite_runs.begin(assistant, run_in.suites, by=run_in.by)


@router.get("/suite-runs/newest")
def newest_run(assistant: TheAssistant) -> SuiteRun | None:
    """The last run that was asked for; it is under way while `ended_at` is null, and `problem` says why it came to
    nothing.
    """
    return suite_runs.newest(assistant)


@router.post("/suite-runs/newest/end", status_code=202)
def end_run(end_in: EndIn, assistant: TheAssistant, agent: TheAgent) -> SuiteRun:
    """End the run under way, at its next step; 404 where none is. What was answered is kept for the next one."""
    require(agent, Permission.MEASURE)
    return suite_runs.end(assistant, by=end_in.by)


@router.get("/suite-runs/{run}")
def one_run(run: str) -> RunOut:
    """A run that ended, from here or from the command line."""
    if run not in {path.parent.name for path in RUNS.glob(f"*/{RUN_FILE}")}:
        raise NotFound("run", run)
    seen = read_in_short(RUNS / run)
    gates = [GateOut.model_validate(gate.model_dump(mode="json")) for gate in seen.gates]
    return RunOut(run=run, manifest=seen.manifest, outcome=seen.outcome and seen.outcome.value, gates=gates)
