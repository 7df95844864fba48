"""Training while the service runs: in a process of its own, which writes down how far it is. One at a time a brand.

The new model waits beside the one in use until a person puts it in place.
"""

from datetime import datetime
from pathlib import Path

from assistant.adapters.followed_file import TrainingFile
from assistant.compose import Assistant, load_brand, models_dir
from assistant.compose.followed import Said, start
from assistant.compose.knowledge import train_brand, validation_of
from assistant.domain.training import Training
from assistant.learning import versions
from assistant.learning.card_page import Card
from assistant.settings import Settings


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
    start(_train, assistant.settings, knowledge, models_dir(assistant.settings, assistant.pack), training)
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


def _train(settings: Settings, knowledge: Path, folder: Path, training: Training) -> None:
    """The process's own work."""
    from assistant.workflows.train import TakesOver

    said = Said(TrainingFile(folder), training)
    with said.at_work():
        trained = train_brand(
            settings,
            load_brand(settings, knowledge),
            progress=lambda steps, total: said.advance(steps=said.kept.steps + steps, total=total),
            validation=validation_of(knowledge),
            takes_over=TakesOver.WHEN_ASKED,
        )
        said.end(model=trained.aside.fingerprint if trained.aside else "")
