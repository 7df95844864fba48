"""Wires the durable engine: where its data lives, who is alive, what carries work out."""

from assistant.settings import Settings


def store_url(settings: Settings) -> str:
    """The store's address; without one, a file in the data folder, which is made."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.data_dir / 'assistant.db'}"
