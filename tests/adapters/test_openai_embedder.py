"""Vectors over real HTTP, against a small server that answers as OpenAI-compatible ones do, or as they shouldn't."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from pydantic import SecretStr

from assistant.adapters.openai_embedder import AT_ONCE, OpenAIEmbedder
from assistant.compose import build_embedder, build_index, load_brand
from assistant.compose.knowledge import index_brand
from assistant.errors import IndexOfAnotherModel, ModelOutputInvalid, ModelRefusesKey, ModelUnavailable
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.settings import Settings
from tests.builders import HashEmbedder, an_article
from tests.rigs.http_server import Answer, Asked, HttpServer

pytestmark = pytest.mark.network

Serve = Callable[[Callable[[Asked], Answer]], HttpServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[HttpServer] = []

    def start(answer: Callable[[Asked], Answer]) -> HttpServer:
        servers.append(HttpServer({r"POST /v1/embeddings": answer}))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def vectors(asked: Asked) -> Answer:
    """Not unit and not in order, as a server may send them."""
    texts = asked.form["input"]
    assert isinstance(texts, list)
    rows = enumerate(HashEmbedder().embed([str(text) for text in texts]))
    data = [{"object": "embedding", "index": at, "embedding": (3 * row).tolist()} for at, row in rows]
    return Answer(
        {"object": "list", "model": "m", "data": data[::-1], "usage": {"prompt_tokens": 1, "total_tokens": 1}}
    )


def embedder(server: HttpServer) -> OpenAIEmbedder:
    return OpenAIEmbedder(model="m3", api_key=SecretStr("k"), base_url=f"{server.url}/v1", timeout_s=5)


def test_vectors_are_unit_and_in_order(serve: Serve) -> None:
    server = serve(vectors)
    texts = [f"text {number}" for number in range(AT_ONCE + 3)]
    found = embedder(server).embed(texts)
    np.testing.assert_allclose(found, HashEmbedder().embed(texts), atol=1e-5)
    assert server.asked[0].headers["authorization"] == "Bearer k"


def test_any_text_is_taken_and_no_text_too(serve: Serve) -> None:
    made = embedder(serve(vectors))
    assert made.embed(["", "  ", "\ud800", "x" * 100_000]).shape == (4, made.dimensions)
    assert made.embed([]).shape == (0, made.dimensions)
    assert made.fingerprint == f"openai/m3/{made.dimensions}"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"error": {"message": "no"}}, 401), ModelRefusesKey),
        (Answer({"error": {"message": "which?"}}, 404), ModelUnavailable),
        (Answer({"error": {"message": "bad"}}, 400), ModelUnavailable),
        (Answer({"object": "list", "data": [], "model": "m"}), ModelOutputInvalid),
        (Answer({"object": "list", "data": [{"index": 0, "embedding": [0.0, 0.0]}], "model": "m"}), ModelOutputInvalid),
        (Answer({"object": "list", "data": [{"index": 0, "embedding": "x"}], "model": "m"}), ModelOutputInvalid),
        (Answer({"hello": "you"}), ModelOutputInvalid),
    ],
)
def test_what_are_no_vectors_is_refused(serve: Serve, answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        embedder(serve(lambda asked: answer)).embed(["a"])


def test_an_index_of_another_model_is_refused_with_the_way_out(serve: Serve, tmp_path: Path) -> None:
    server = serve(vectors)
    settings = Settings(
        data_dir=tmp_path / "data",
        knowledge=tmp_path / "pack",
        embedding_model="m3",
        openai_base_url=f"{server.url}/v1",
    )
    new_pack(settings.knowledge, NewBrand(name="Parcel"))
    write_article(settings.knowledge / "articles" / "own" / "pets.md", an_article("pets"))
    pack = load_brand(settings, None)
    index_brand(settings, pack, rebuild=False, progress=lambda done, total: None)
    with closing(build_index(settings, pack, build_embedder(settings))) as index:
        assert index.count() > 0
    other = settings.model_copy(update={"embedding_model": "m4"})
    with pytest.raises(IndexOfAnotherModel, match="run `assistant index` to embed it again"):
        build_index(other, pack, build_embedder(other))
