"""Training while the service runs: in a process of its own, which writes down how far it is. One at a time a brand.

The new model waits beside the one in use until a person puts it in place.
"""

from contextlib import closing
from datetime import datetime
from pathlib import Path

from assistant.adapters.followed_file import TrainingFile
from assistant.compose import Assistant, build_store, load_brand, models_dir, utc_now
from assistant.compose.followed import Said, start
from assistant.compose.knowledge import train_brand, validation_of
from assistant.domain.brand import Pack
from assistant.domain.training import Training
from assistant.learning import versions
from assistant.learning.card_page import Card
from assistant.ports import Store
from assistant.settings import Settings

IN_PLACE = "model_put_in_place"


def newest(assistant: Assistant) -> Training | None:
    """The last training that was asked for, None where none was. One that was killed says so."""
    return _file(assistant).newest(at=assistant.clock())


def begin(assistant: Assistant, *, by: str) -> Training:
    """Start a training of the brand's own model. Raises `TrainingUnderWay`."""
    at = assistant.clock()
    training = Training(by=by, started_at=at)
    _file(assistant).begin(training)
    _note(assistant.require_store(), assistant.pack, "training_started", by=by, at=at)
    knowledge = assistant.folder or assistant.settings.knowledge
    start(_train, assistant.settings, knowledge, models_dir(assistant.settings, assistant.pack), training)
    return training


def put_in_place(assistant: Assistant, fingerprint: str, *, by: str) -> Card:
    """Use a kept model from now on; running processes take it up within a second. Raises `NotFound`."""
    card = versions.restore(models_dir(assistant.settings, assistant.pack), fingerprint)
    _note(assistant.require_store(), assistant.pack, IN_PLACE, by=by, at=assistant.clock(), model=fingerprint)
    return card


def restore_model(settings: Settings, pack: Pack, fingerprint: str, *, by: str) -> None:
    """As `put_in_place`, where no assistant is open."""
    with closing(build_store(settings)) as store:
        versions.restore(models_dir(settings, pack), fingerprint)
        _note(store, pack, IN_PLACE, by=by, at=utc_now(), model=fingerprint)


def _file(assistant: Assistant) -> TrainingFile:
    return TrainingFile(models_dir(assistant.settings, assistant.pack))


def _note(store: Store, pack: Pack, event: str, *, by: str, at: datetime, **facts: object) -> None:
    brand_id = pack.brand.id
    with store.begin() as tx:
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
