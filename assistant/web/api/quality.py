"""Quality: models and their training, proposed cases from live traffic, recalls, and canaries for reviewers."""

import secrets
from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from assistant.compose import models_dir
from assistant.compose.harvested import keep
from assistant.compose.training import begin, newest, put_in_place
from assistant.desk.canaries import rates
from assistant.domain.canary import CatchRate
from assistant.domain.recall import Recall
from assistant.domain.training import Training
from assistant.evals.case import Case
from assistant.learning.card_page import Card
from assistant.learning.change import Change
from assistant.learning.statistics import Interval
from assistant.learning.versions import Standing, kept_card, versions
from assistant.web.api.at_work import ByIn
from assistant.web.deps import Name, TheAssistant, known_queue
from assistant.workflows.harvest import harvest_good, harvest_turn
from assistant.workflows.plant_canaries import plant_canaries
from assistant.workflows.recall import blast_radius, recall

router = APIRouter()


class HarvestIn(BaseModel):
    """What the reply should not have said, in its own words; nothing where an agent's edit says it.

    The case of a `good` one, which went out as it was drafted, says what must stay.
    """

    model_config = ConfigDict(extra="forbid")

    wrong: list[Annotated[str, Field(min_length=1, max_length=2000)]] = Field(default_factory=list, max_length=20)
    good: bool = False

    @model_validator(mode="after")
    def _good_or_wrong(self) -> Self:
        if self.good and self.wrong:
            raise ValueError("a good reply says nothing wrong: give `good` or `wrong`")
        return self


class RecallIn(BaseModel):
    """Which version of which article, and who recalls it."""

    model_config = ConfigDict(extra="forbid")

    article_id: str = Field(min_length=1, max_length=200)
    version: int = Field(ge=1, le=1_000_000)
    by: Name
    days: int = Field(default=90, ge=1, le=3650)


class CanariesIn(BaseModel):
    """How many, and in which queue; without one, wherever their questions belong."""

    model_config = ConfigDict(extra="forbid")

    count: int = Field(default=3, ge=1, le=50)
    queue: str | None = Field(default=None, max_length=100)


class Planted(BaseModel):
    """How many were planted; where is not said."""

    planted: int


class ModelOut(BaseModel):
    """A model of the brand's intents; `change` says what its examples changed on the same rows, line by line."""

    fingerprint: str
    heads: str
    trained_at: datetime
    standing: Standing
    accuracy: Interval | None
    change: Change | None


@router.get("/models")
def kept_models(assistant: TheAssistant) -> list[ModelOut]:
    """The last models, newest first; turns name theirs in `versions.heads`."""
    return [
        ModelOut(
            fingerprint=each.fingerprint,
            heads=each.heads,
            trained_at=each.trained_at,
            standing=each.standing,
            accuracy=each.card.accuracy,
            change=each.card.change,
        )
        for each in versions(models_dir(assistant.settings, assistant.pack))
    ]


@router.get("/models/training")
def training(assistant: TheAssistant) -> Training | None:
    """The last training that was asked for; it runs while `ended_at` is null. `model` waits to be put in place."""
    return newest(assistant)


@router.post("/models/training", status_code=202)
def train(by: ByIn, assistant: TheAssistant) -> Training:
    """Train a model beside the one in use, in a process of its own. 409 where one is being trained."""
    return begin(assistant, by=by.by)


@router.get("/models/{fingerprint}")
def kept_model(fingerprint: str, assistant: TheAssistant) -> Card:
    """The whole card of a kept model."""
    return kept_card(models_dir(assistant.settings, assistant.pack), fingerprint)


@router.put("/models/{fingerprint}/in-place")
def use_model(fingerprint: str, by: ByIn, assistant: TheAssistant) -> Card:
    """Let a kept model serve; every running process takes it up within a second, between two batches of mentions."""
    return put_in_place(assistant, fingerprint, by=by.by)


@router.post("/turns/{turn_id}/harvest")
def harvest_case(turn_id: str, harvest_in: HarvestIn, assistant: TheAssistant) -> Case:
    """Propose a case from this turn, without personal data, and keep it for a suite. 422 where nothing is wrong, or,
    of a good one, where people changed it.
    """
    store, pack = assistant.require_store(), assistant.pack
    good = harvest_good(turn_id, store=store, pack=pack) if harvest_in.good else None
    case = good or harvest_turn(turn_id, wrong=harvest_in.wrong, store=store, pack=pack)
    keep(assistant.settings, [case])
    return case


@router.get("/recalls")
def show_recall(
    assistant: TheAssistant,
    article_id: Annotated[str, Query(min_length=1, max_length=200)],
    version: Annotated[int, Query(ge=1, le=1_000_000)],
    days: Annotated[int, Query(ge=1, le=3650)] = 90,
) -> Recall:
    """A dry run: every reply that stood on that version, those who acted on it first. Nothing is changed."""
    return blast_radius(
        article_id,
        version,
        store=assistant.require_store(),
        channels=assistant.channels,
        pack=assistant.pack,
        clock=assistant.clock,
        days=days,
    )


@router.post("/recalls")
async def apply_recall(recall_in: RecallIn, assistant: TheAssistant) -> Recall:
    """Have them deleted where the channel can, open their conversations with a correction for a person, keep cases."""
    return await recall(
        recall_in.article_id,
        recall_in.version,
        store=assistant.require_store(),
        channels=assistant.channels,
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        agent=recall_in.by,
        days=recall_in.days,
        keep_cases=lambda cases: keep(assistant.settings, cases),
    )


@router.get("/canaries")
def show_canaries(assistant: TheAssistant) -> list[CatchRate]:
    """How many planted errors each queue caught lately, with 95 % intervals, and what accepting costs there."""
    with assistant.require_store().read() as look:
        return list(rates(look, brand_id=assistant.pack.brand.id))


@router.post("/canaries")
async def plant(canaries_in: CanariesIn, assistant: TheAssistant) -> Planted:
    """Put wrong drafts before reviewers. They are never sent; fewer are planted where few can be made."""
    if canaries_in.queue is not None:
        known_queue(canaries_in.queue, assistant)
    planted = await plant_canaries(
        canaries_in.count,
        queue=canaries_in.queue,
        store=assistant.require_store(),
        respond=assistant.respond,
        pack=assistant.pack,
        clock=assistant.clock,
        new_id=lambda: secrets.token_hex(8),
        seed=secrets.randbits(32),
    )
    return Planted(planted=len(planted))
