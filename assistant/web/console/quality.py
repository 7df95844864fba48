"""QA: eval runs compared, planted errors, and messages that people read again."""

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from assistant.compose import Assistant
from assistant.desk import relabels as relabel_desk
from assistant.desk.canaries import rates
from assistant.domain.agent import Agent, Permission
from assistant.errors import AssistantError, NotFound, SuiteInvalid
from assistant.evals.compare import compare
from assistant.evals.gates import Outcome
from assistant.evals.report import REPORT_FILE, read_in_short
from assistant.evals.results import RUN_FILE, Run, read_run
from assistant.web.console.frame import address, base, card_of, page, record_of
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.plant_canaries import plant_canaries

RUNS = Path("evals/runs")
"""Where `assistant eval run` puts its runs."""
MOST_RUNS = 20
PLANTED = 3

router = APIRouter()
Name = Annotated[str, Query(max_length=200)]


@router.get("/quality/runs")
def runs(request: Request, assistant: TheAssistant, agent: TheAgent, before: Name = "", after: Name = "") -> Response:
    """Eval runs, newest first; two of them compared where both are chosen."""
    context = context_of(request, assistant, agent)
    names = _names()
    listed = [(name, _in_short(name)) for name in names[:MOST_RUNS]]
    comparison = None
    if before and after:
        both = [_run(name) if name in names else None for name in (before, after)]
        if both[0] is None or both[1] is None:
            raise NotFound("run", before if both[0] is None else after)
        comparison = compare(both[0], both[1])
    context["when"] = _when
    context |= {
        "listed": [(name, run) for name, run in listed if run],
        "comparison": comparison,
        "before": before,
        "after": after,
        "tab": "runs",
    }
    return page(request, "runs.html", context)


@router.get("/quality/runs/{name}/report")
def report(name: str, agent: TheAgent) -> Response:
    """The run's own page, which needs nothing else: styles of its own, and no script."""
    require(agent, Permission.READ)
    if name not in _names() or not (path := RUNS / name / REPORT_FILE).is_file():
        raise NotFound("run", name)
    alone = {"Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"}
    return HTMLResponse(path.read_bytes(), headers=alone)


@router.get("/quality/reviewers")
def reviewers(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What share of planted errors each queue catches."""
    context = context_of(request, assistant, agent)
    with assistant.require_store().read() as look:
        context["rates"] = rates(look, brand_id=assistant.pack.brand.id)
    return page(request, "reviewers.html", context | {"tab": "reviewers"})


@router.post("/quality/canaries")
async def plant(assistant: TheAssistant, agent: TheAgent) -> Response:
    """Put three wrong drafts before reviewers; where is not said."""
    require(agent, Permission.SUPERVISE)
    planted = await plant_canaries(
        PLANTED,
        queue=None,
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        new_id=lambda: secrets.token_hex(8),
        seed=secrets.randbits(32),
    )
    return RedirectResponse(
        address("/quality/reviewers", what="planted" if planted else "not planted"), status_code=303
    )


@router.post("/conversations/{conversation_id}/relabel")
def relabel(
    conversation_id: str,
    assistant: TheAssistant,
    agent: TheAgent,
    turn_id: Annotated[str, Form(max_length=100)],
    label: Annotated[str, Form(max_length=200)],
    back: Back = "",
) -> Response:
    """Say what the message was about; it becomes an example for the next training."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    what = "relabelled"
    try:
        with assistant.require_store().begin() as tx:
            card_of(tx, assistant, agent, conversation_id)
            record = record_of(tx, conversation_id, turn_id)
            relabel_desk.relabel(tx, record, label=label, pack=assistant.pack, agent=agent.name, at=assistant.clock())
    except AssistantError:
        what = "not relabelled"
    return RedirectResponse(address(f"/conversations/{conversation_id}", back=back, what=what), status_code=303)


@router.post("/quality/relabels/{relabel_id}")
def take_back(relabel_id: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Take it back, or let it teach again."""
    require(agent, Permission.READ)
    require(agent, Permission.NOTE)
    with assistant.require_store().begin() as tx:
        relabel_desk.take_back(tx, relabel_id, pack=assistant.pack, agent=agent.name, at=assistant.clock())
    return RedirectResponse("/quality", status_code=303)


def context_of(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    """What every page of the quality room shows."""
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    return context | {"room": "quality"}


def _names() -> list[str]:
    """Folders with a whole run, newest first: their names begin with their time."""
    return sorted((path.parent.name for path in RUNS.glob(f"*/{RUN_FILE}")), reverse=True)


def _when(name: str) -> str:
    """The time in a run's name in words; the name itself where it holds none."""
    try:
        at = datetime.strptime(name, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return name
    return f"{at:%d %b %Y, %H:%M} UTC"


def _run(name: str) -> Run | None:
    try:
        return read_run(RUNS / name, with_turns=False)
    except SuiteInvalid:
        return None


def _in_short(name: str) -> dict[str, Any] | None:
    """A run as the list shows it: what its gates said, the troubled ones first, and whether it has a page."""
    try:
        run = read_in_short(RUNS / name)
    except SuiteInvalid:
        return None
    troubled = [gate for gate in run.gates if gate.outcome is not Outcome.PASSED]
    return {
        "manifest": run.manifest,
        "outcome": run.outcome,
        "gates": run.gates,
        "troubled": sorted(troubled, key=lambda gate: gate.outcome is not Outcome.FAILED),
        "has_page": (RUNS / name / REPORT_FILE).is_file(),
    }
