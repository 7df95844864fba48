"""Training and QA: what the assistant learned from and where it errs, what people read again, eval runs compared."""

import secrets
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant, models_dir
from assistant.desk import relabels as relabel_desk
from assistant.desk.canaries import rates
from assistant.domain.agent import Agent, Permission
from assistant.domain.relabel import OUT_OF_SCOPE
from assistant.errors import AssistantError, NotFound, SuiteInvalid
from assistant.evals.compare import compare
from assistant.evals.results import RUN_FILE, Run, read_run
from assistant.evals.statistics import wilson
from assistant.learning.card import read_card
from assistant.learning.versions import kept_card, restore, versions
from assistant.web.console.frame import address, base, card_of, page, record_of
from assistant.web.console.places import Back
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require
from assistant.workflows.plant_canaries import plant_canaries

RUNS = Path("evals/runs")
"""Where `assistant eval run` puts its runs."""
MOST_RUNS = 20
PLANTED = 3
SHOWN = 50

router = APIRouter()
Name = Annotated[str, Query(max_length=200)]


@router.get("/quality")
def training(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """How well each intent is told apart, from the model card, and what people read again."""
    context = _context(request, assistant, agent)
    folder = models_dir(assistant.settings, assistant.pack)
    card = read_card(folder)
    with assistant.require_store().read() as look:
        kept = look.relabels(brand_id=assistant.pack.brand.id)
    weak = sorted(card.labels, key=lambda each: (each.recognised is None, each.recognised or 0, each.n)) if card else []
    counted = Counter(each.label for each in kept if each.counts)
    context |= {"card": card, "weak": weak[:15], "kept": kept[:SHOWN], "taught": counted, "tab": "training"}
    context["models"] = versions(folder)
    context |= {"names": _names_of(assistant), "read_again": len(kept)}
    return page(request, "training.html", context)


@router.get("/quality/models/{fingerprint}")
def model_card(request: Request, fingerprint: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Everything one model's card says."""
    context = _context(request, assistant, agent)
    context |= {"card": kept_card(models_dir(assistant.settings, assistant.pack), fingerprint), "tab": "training"}
    return page(request, "card.html", context | {"names": _names_of(assistant)})


@router.post("/quality/models/{fingerprint}")
def restore_model(fingerprint: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Put an earlier model back; what runs takes it up on its next start."""
    require(agent, Permission.SUPERVISE)
    brand_id = assistant.pack.brand.id
    restore(models_dir(assistant.settings, assistant.pack), fingerprint)
    with assistant.require_store().begin() as tx:
        tx.append_audit(
            brand_id=brand_id,
            at=assistant.clock(),
            actor=agent.name,
            event="model_restored",
            subject=f"model:{brand_id}",
            facts={"model": fingerprint},
        )
    return RedirectResponse("/quality?what=model+restored", status_code=303)


@router.get("/quality/runs")
def runs(request: Request, assistant: TheAssistant, agent: TheAgent, before: Name = "", after: Name = "") -> Response:
    """Eval runs, newest first; two of them compared where both are chosen."""
    context = _context(request, assistant, agent)
    names = _names()
    listed = [(name, _summed(run)) for name in names[:MOST_RUNS] if (run := _run(name)) is not None]
    comparison = None
    if before and after:
        both = [_run(name) if name in names else None for name in (before, after)]
        if both[0] is None or both[1] is None:
            raise NotFound("run", before if both[0] is None else after)
        comparison = compare(both[0], both[1])
    context["when"] = _when
    context |= {"listed": listed, "comparison": comparison, "before": before, "after": after, "tab": "runs"}
    return page(request, "runs.html", context)


@router.get("/quality/reviewers")
def reviewers(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """What share of planted errors each queue catches."""
    context = _context(request, assistant, agent)
    with assistant.require_store().read() as look:
        context["rates"] = rates(look, brand_id=assistant.pack.brand.id)
    return page(request, "reviewers.html", context | {"tab": "reviewers"})


@router.post("/quality/canaries")
async def plant(assistant: TheAssistant, agent: TheAgent) -> Response:
    """Put three wrong drafts before reviewers; where is not said."""
    require(agent, Permission.SUPERVISE)
    await plant_canaries(
        PLANTED,
        queue=None,
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        new_id=lambda: secrets.token_hex(8),
        seed=secrets.randbits(32),
    )
    return RedirectResponse("/quality/reviewers", status_code=303)


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


def _context(request: Request, assistant: Assistant, agent: Agent) -> dict[str, Any]:
    require(agent, Permission.READ)
    with assistant.require_store().read() as look:
        context = base(look, request, assistant, agent)
    return context | {"room": "quality"}


def _names_of(assistant: Assistant) -> dict[str, str]:
    return {intent.id: intent.name for intent in assistant.pack.intents} | {OUT_OF_SCOPE: "Out of scope"}


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
        return read_run(RUNS / name)
    except SuiteInvalid:
        return None


def _summed(run: Run) -> dict[str, Any]:
    """Passed of scored with a 95 % interval, unscored ones apart, and failed critical cases by name."""
    scored = [row for row in run.scores if row.passed is not None]
    passed = sum(bool(row.passed) for row in scored)
    bounds = wilson(passed, len(scored))
    critical = dict.fromkeys(row.name for row in scored if not row.passed and row.severity == "critical")
    return {
        "manifest": run.manifest,
        "passed": passed,
        "scored": len(scored),
        "unscored": len(run.scores) - len(scored),
        "low": bounds.low,
        "high": bounds.high,
        "critical": list(critical),
    }
