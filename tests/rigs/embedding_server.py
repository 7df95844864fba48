"""What an OpenAI-compatible embedding endpoint answers, and an `Embedder` of it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from pydantic import SecretStr

from assistant.adapters.circuit_breaker import CircuitBreaker
from assistant.adapters.openai_embedder import OpenAIEmbedder
from assistant.ports import Embedder
from tests.builders import HashEmbedder
from tests.rigs.http_server import Answer, Asked, HttpServer


def vectors(asked: Asked, *, by: Embedder | None = None) -> Answer:
    """Not unit and not in order, as a server may send them."""
    texts = asked.form["input"]
    assert isinstance(texts, list)
    rows = enumerate((by or HashEmbedder()).embed([str(text) for text in texts]))
    data = [{"object": "embedding", "index": at, "embedding": (3 * row).tolist()} for at, row in rows]
    return Answer(
        {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )


def served_embedder(server: HttpServer, folder: Path, *, clock: Callable[[], datetime]) -> OpenAIEmbedder:
    """It leaves a server that failed alone for a second, then for two, up to half a minute."""
    breaker = CircuitBreaker(clock, failures=1, rest_s=1, longest_rest_s=30)
    return OpenAIEmbedder(
        model="m3", api_key=SecretStr("k"), base_url=f"{server.url}/v1", timeout_s=5, breaker=breaker, folder=folder
    )
