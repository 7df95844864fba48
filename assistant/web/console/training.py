"""Training: what the assistant learned from, where it errs, and a new model beside the one in use."""

from collections import Counter
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from assistant.compose import Assistant, models_dir
from assistant.compose.knowledge import validation_of
from assistant.compose.training import begin, newest, put_in_place
from assistant.domain.agent import Permission
from assistant.domain.relabel import OUT_OF_SCOPE
from assistant.learning.card_file import read_card
from assistant.learning.versions import card_of, kept_card, versions
from assistant.web.console.frame import page, shown_to
from assistant.web.console.quality import context_of
from assistant.web.deps import TheAgent, TheAssistant
from assistant.web.sessions import require

SHOWN = 50

router = APIRouter()


@router.get("/quality")
def training(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """How well each intent is told apart, from the model card, the models kept, and what people read again."""
    context = context_of(request, assistant, agent)
    folder = models_dir(assistant.settings, assistant.pack)
    card = read_card(folder)
    with assistant.require_store().read() as look:
        kept = look.relabels(brand_id=assistant.pack.brand.id)
    weak = sorted(card.labels, key=lambda each: (each.recognised is None, each.recognised or 0, each.n)) if card else []
    counted = Counter(each.label for each in kept if each.counts)
    models = versions(folder)
    since = next((each.trained_at for each in models if each.standing == "in use"), None)
    context |= {"card": card, "weak": weak[:15], "kept": kept[:SHOWN], "taught": counted, "tab": "training"}
    context["models"] = models
    context["fresh"] = sum(each.counts and (since is None or each.at > since) for each in kept)
    context["has_validation"] = assistant.folder is not None and validation_of(assistant.folder) is not None
    context |= {"names": _names_of(assistant), "read_again": len(kept)} | _under_way(assistant)
    return page(request, "training.html", context)


@router.get("/quality/training")
def under_way(request: Request, assistant: TheAssistant, agent: TheAgent) -> Response:
    """How far a training is, for a page that waits for it."""
    require(agent, Permission.READ)
    return page(request, "part_training.html", _under_way(assistant) | shown_to(agent) | {"asked": True})


@router.post("/quality/training")
def train(assistant: TheAssistant, agent: TheAgent) -> Response:
    """Train a model beside the one in use."""
    require(agent, Permission.SUPERVISE)
    begin(assistant, by=agent.name)
    return RedirectResponse("/quality", status_code=303)


@router.get("/quality/models/{fingerprint}")
def model_card(request: Request, fingerprint: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Everything one model's card says."""
    context = context_of(request, assistant, agent)
    context |= {"card": kept_card(models_dir(assistant.settings, assistant.pack), fingerprint), "tab": "training"}
    return page(request, "card.html", context | {"names": _names_of(assistant)})


@router.post("/quality/models/{fingerprint}")
def use_model(fingerprint: str, assistant: TheAssistant, agent: TheAgent) -> Response:
    """Put a kept model in place; every running process takes it up within a second."""
    require(agent, Permission.SUPERVISE)
    put_in_place(assistant, fingerprint, by=agent.name)
    return RedirectResponse("/quality?what=model+in+place", status_code=303)


def _under_way(assistant: Assistant) -> dict[str, Any]:
    """The last training, and what the model it made changes, where that still waits."""
    training, folder = newest(assistant), models_dir(assistant.settings, assistant.pack)
    in_use = read_card(folder)
    waits = card_of(folder, training.model) if training is not None and training.model else None
    if waits is not None and in_use is not None and waits.fingerprint == in_use.fingerprint:
        waits = None
    return {"training": training, "waits": waits}


def _names_of(assistant: Assistant) -> dict[str, str]:
    return {intent.id: intent.name for intent in assistant.pack.intents} | {OUT_OF_SCOPE: "Out of scope"}
