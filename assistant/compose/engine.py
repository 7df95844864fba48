"""Wires the durable engine: where its data lives, who is alive, what carries work out."""

from assistant.ports import Presence, Work
from assistant.settings import Settings


def store_url(settings: Settings) -> str:
    """The store's address; without one, a file in the data folder, which is made."""
    if settings.database_url is not None:
        return settings.database_url.get_secret_value()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    return f"sqlite:///{settings.data_dir / 'assistant.db'}"


def build_presence(settings: Settings) -> Presence:
    """On Postgres the server says who is alive, else the machine."""
    from assistant.adapters.sql.presence import FilePresence, PostgresPresence

    if settings.database_url is not None:
        return PostgresPresence(settings.database_url.get_secret_value())
    return FilePresence(settings.data_dir / "running")


def build_work(settings: Settings, presence: Presence) -> Work:
    """The engine in the same Postgres database, in a schema of its own, or in a file beside the store's."""
    from assistant.adapters.dbos_work import DbosWork

    if settings.database_url is not None:
        return DbosWork(settings.database_url.get_secret_value(), name=presence.name)
    return DbosWork(f"sqlite:///{settings.data_dir / 'work.db'}", name=presence.name)
