"""The data folder: customers' words lie in it, so it is made for its owner alone."""

from pathlib import Path

from assistant.errors import StoreUnavailable
from assistant.settings import Settings

_OWNER_ALONE = 0o700


def data_folder(settings: Settings) -> Path:
    """The folder, made where it isn't yet; one that is there keeps its rights. Raises `StoreUnavailable`."""
    try:
        settings.data_dir.mkdir(mode=_OWNER_ALONE, parents=True, exist_ok=True)
    except OSError as error:
        said = f"{settings.data_dir}: {error.strerror}; choose a writable ASSISTANT_DATA_DIR"
        raise StoreUnavailable(said) from error
    return settings.data_dir
