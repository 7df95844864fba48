"""Wires what turns texts into vectors."""

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import SecretStr

from assistant.compose.clock import utc_now
from assistant.compose.data_folder import data_folder
from assistant.ports import Embedder
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.adapters.openai_embedder import OpenAIEmbedder

REST_S, LONGEST_REST_S = 1.0, 30.0
"""How long a server that failed is left alone, twice as long each time; what waits for it is tried as often."""


def build_embedder(settings: Settings, *, wide: bool = False) -> Embedder:
    """A local embedding model, whose graph is built once into the data folder, or the one a setting names.

    Wide vectors are for what reads mentions, by a model of their own; usual ones for search, in many languages where a
    setting says so. A server has one kind.
    """
    if settings.embedding_model is not None:
        return _served(settings, settings.embedding_model)
    folder = data_folder(settings) / "cache"
    if wide:
        from assistant.adapters.bge import Bge

        return Bge(folder, precision=settings.embedding_precision, threads=settings.threads)
    from assistant.adapters.minilm import MiniLM

    minilm = MiniLM(folder, precision=settings.embedding_precision, threads=settings.threads)
    if settings.embedding_languages == "english":
        return minilm
    from assistant.adapters.lingua import Lingua
    from assistant.adapters.many_languages import ManyLanguages

    return ManyLanguages(minilm, Lingua(("en",)))


def reads_with(settings: Settings) -> str:
    """The fingerprint of what turns messages into vectors before they are understood."""
    if settings.embedding_model is not None:
        return _served(settings, settings.embedding_model).fingerprint
    from assistant.adapters.bge import fingerprint

    return fingerprint(settings.embedding_precision)


def embedder_state(settings: Settings) -> str:
    """Whether what turns texts into vectors can be used, as far as this process has asked."""
    if settings.embedding_model is None:
        return "local"
    trouble = _served(settings, settings.embedding_model).trouble
    return f"unusable: {trouble}" if trouble else settings.embedding_model


def _served(settings: Settings, model: str) -> "OpenAIEmbedder":
    return _one_a_server(
        model, settings.openai_base_url, settings.openai_api_key, settings.model_timeout_s, settings.data_dir / "cache"
    )


@cache
def _one_a_server(
    model: str, base_url: str | None, api_key: SecretStr | None, timeout_s: float, folder: Path
) -> "OpenAIEmbedder":
    """One a process, so that what one use learns of the server the others know."""
    from assistant.adapters.circuit_breaker import CircuitBreaker
    from assistant.adapters.openai_embedder import OpenAIEmbedder

    breaker = CircuitBreaker(utc_now, failures=1, rest_s=REST_S, longest_rest_s=LONGEST_REST_S)
    return OpenAIEmbedder(
        model=model, api_key=api_key, base_url=base_url, timeout_s=timeout_s, breaker=breaker, folder=folder
    )


def asker_of(settings: Settings, embedder: Embedder) -> Embedder | None:
    """What embeds questions to an index of this embedder's; None where what reads mentions does, as a server's."""
    if settings.embedding_model is not None:
        return None
    from assistant.adapters.many_languages import ManyLanguages

    return embedder.questions if isinstance(embedder, ManyLanguages) else embedder
