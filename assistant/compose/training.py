"""Training while the service runs: in a process of its own, which writes down how far it is. One at a time a brand.

The new model waits beside the one in use until a person puts it in place.
"""

import multiprocessing
import os
from datetime import datetime, timedelta
from pathlib import Path

from assistant.adapters.followed_file import TrainingFile
from assistant.compose import Assistant, load_brand, models_dir, utc_now
from assistant.compose.knowledge import train_brand, validation_of
from assistant.domain.training import Training
from assistant.errors import AssistantError
from assistant.learning import versions
from assistant.learning.card_page import Card
from assistant.settings import Settings
from assistant.workflows.train import TakesOver

_SAID_EVERY = timedelta(seconds=0.5)
_NICE = 10
"""Mentions come first."""


def newest(assistant: Assistant) -> Training | None:
    """The last training that was asked for, None where none was. One that was killed says so."""
    return _file(assistant).newest(at=assistant.clock())


def begin(assistant: Assistant, *, by: str) -> Training:
    """Start a training of the brand's own model. Raises `TrainingUnderWay`."""
    at = assistant.clock()
    training = Training(by=by, started_at=at)
    _file(assistant).begin(training)
    _note(assistant, "training_started", by=by, at=at)
    knowledge = assistant.folder or assistant.settings.knowledge
    _start(assistant.settings, knowledge, models_dir(assistant.settings, assistant.pack), training)
    return training


def put_in_place(assistant: Assistant, fingerprint: str, *, by: str) -> Card:
    """Use a kept model from now on; running processes take it up within a second. Raises `NotFound`."""
    card = versions.restore(models_dir(assistant.settings, assistant.pack), fingerprint)
    _note(assistant, "model_put_in_place", by=by, at=assistant.clock(), model=fingerprint)
    return card


def _file(assistant: Assistant) -> TrainingFile:
    return TrainingFile(models_dir(assistant.settings, assistant.pack))


def _note(assistant: Assistant, event: str, *, by: str, at: datetime, **facts: object) -> None:
    brand_id = assistant.pack.brand.id
    with assistant.require_store().begin() as tx:
        tx.append_audit(brand_id=brand_id, at=at, actor=by, event=event, subject=f"model:{brand_id}", facts=facts)


def _start(settings: Settings, knowledge: Path, folder: Path, training: Training) -> None:
    """It ends with this process: a server that stops waits for nobody."""
    arguments = (settings, knowledge, folder, training)
    multiprocessing.get_context("spawn").Process(target=_train, args=arguments, daemon=True).start()


def _train(settings: Settings, knowledge: Path, folder: Path, training: Training) -> None:
    """The process's own work: train, and say how far it is and how it ended."""
    os.nice(_NICE)
    said = _Said(TrainingFile(folder), training)
    try:
        pack = load_brand(settings, knowledge)
        trained = train_brand(
            settings,
            pack,
            progress=said.advance,
            validation=validation_of(knowledge),
            takes_over=TakesOver.WHEN_ASKED,
        )
    except AssistantError as error:
        said.end(problem=str(error))
    except BaseException as error:
        said.end(problem=f"it broke off: {type(error).__name__}")
        raise
    else:
        said.end(model=trained.aside.fingerprint if trained.aside else "")


class _Said:
    """What a training says of itself."""

    def __init__(self, file: TrainingFile, training: Training) -> None:
        self._file = file
        self._training = training
        self._said_at = training.started_at

    def advance(self, steps: int, total: int) -> None:
        self._training = self._training.model_copy(update={"steps": self._training.steps + steps, "total": total})
        if (now := utc_now()) - self._said_at >= _SAID_EVERY:
            self._said_at = now
            self._file.write(self._training)

    def end(self, *, problem: str = "", model: str = "") -> None:
        ended = {"ended_at": utc_now(), "problem": problem, "model": model}
        self._file.write(self._training.model_copy(update=ended))
