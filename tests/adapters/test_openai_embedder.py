"""Vectors over real HTTP, against a small server that answers as OpenAI-compatible ones do, or as they shouldn't."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import numpy as np
import pytest

from assistant.adapters.openai_embedder import AT_ONCE, OpenAIEmbedder
from assistant.compose import build_embedder, build_index, load_brand
from assistant.compose.embedding import embedder_state
from assistant.compose.knowledge import index_brand, mend_index
from assistant.errors import IndexOfAnotherModel, ModelOutputInvalid, ModelRefusesKey, ModelResting, ModelUnavailable
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.settings import Settings
from tests.builders import HashEmbedder, an_article
from tests.desk_builders import SetClock
from tests.rigs.embedding_server import served_embedder, vectors
from tests.rigs.http_server import Answer, Asked, HttpServer

pytestmark = pytest.mark.network

Serve = Callable[[Callable[[Asked], Answer]], HttpServer]


class Made(Protocol):
    def __call__(self, server: HttpServer, clock: SetClock | None = None) -> OpenAIEmbedder: ...


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[HttpServer] = []

    def start(answer: Callable[[Asked], Answer]) -> HttpServer:
        servers.append(HttpServer({r"POST /v1/embeddings": answer}))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


@pytest.fixture
def embedder(tmp_path: Path) -> Made:
    def made(server: HttpServer, clock: SetClock | None = None) -> OpenAIEmbedder:
        return served_embedder(server, tmp_path, clock=clock or SetClock())

    return made


def test_vectors_are_unit_and_in_order(serve: Serve, embedder: Made) -> None:
    server = serve(vectors)
    texts = [f"text {number}" for number in range(AT_ONCE + 3)]
    found = embedder(server).embed(texts)
    np.testing.assert_allclose(found, HashEmbedder().embed(texts), atol=1e-5)
    assert server.asked[0].headers["authorization"] == "Bearer k"


def test_any_text_is_taken_and_no_text_too(serve: Serve, embedder: Made) -> None:
    made = embedder(serve(vectors))
    assert made.embed(["", "  ", "\ud800", "x" * 100_000]).shape == (4, made.dimensions)
    assert made.embed([]).shape == (0, made.dimensions)
    assert made.fingerprint == f"openai/m3/{made.dimensions}"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"error": {"message": "no"}}, 401), ModelRefusesKey),
        (Answer({"error": {"message": "which?"}}, 404), ModelUnavailable),
        (Answer({"error": {"message": "bad"}}, 400), ModelOutputInvalid),
        (Answer({"error": {"message": "down"}}, 503), ModelUnavailable),
        (Answer({"object": "list", "data": [], "model": "m"}), ModelOutputInvalid),
        (Answer({"object": "list", "data": [{"index": 0, "embedding": [0.0, 0.0]}], "model": "m"}), ModelOutputInvalid),
        (Answer({"object": "list", "data": [{"index": 0, "embedding": "x"}], "model": "m"}), ModelOutputInvalid),
        (Answer({"hello": "you"}), ModelOutputInvalid),
    ],
)
def test_what_are_no_vectors_is_refused(serve: Serve, embedder: Made, answer: Answer, error: type[Exception]) -> None:
    with pytest.raises(error):
        embedder(serve(lambda asked: answer)).embed(["a"])


def test_an_index_outlives_an_absent_embedder_and_refuses_another_with_the_way_out(
    serve: Serve, tmp_path: Path
) -> None:
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
    server.refusal = Answer({"error": {"message": "down"}}, 503)
    assert not mend_index(settings, pack), "a process starts while the embedder is away"
    assert embedder_state(settings).startswith("unusable: ")
    server.refusal = None
    other = settings.model_copy(update={"embedding_model": "m4"})
    with pytest.raises(IndexOfAnotherModel, match="run `assistant index` to embed it again"):
        build_index(other, pack, build_embedder(other))


def test_a_server_that_failed_is_left_alone_for_a_while_then_tried_again(serve: Serve, embedder: Made) -> None:
    server, clock = serve(vectors), SetClock()
    made = embedder(server, clock)
    made.embed(["a"])
    server.refusal = Answer({"error": {"message": "down"}}, 503)
    with pytest.raises(ModelUnavailable):
        made.embed(["a"])
    asked = len(server.asked)
    with pytest.raises(ModelResting):
        made.embed(["a"])
    assert len(server.asked) == asked
    assert made.trouble is not None
    server.refusal = None
    clock.forward(1)
    assert made.embed(["a"]).shape == (1, made.dimensions)
    assert made.trouble is None


def test_a_process_starts_while_the_server_is_away(serve: Serve, embedder: Made) -> None:
    server = serve(vectors)
    known = embedder(server).fingerprint
    server.refusal = Answer({"error": {"message": "down"}}, 503)
    assert embedder(server).fingerprint == known


def test_a_model_that_changed_under_its_name_is_noticed_and_read_afresh(serve: Serve, embedder: Made) -> None:
    server = serve(vectors)
    assert embedder(server).dimensions > 2
    other = {"object": "list", "data": [{"index": 0, "embedding": [1.0, 0.0]}], "model": "m"}
    server.routes = [(server.routes[0][0], lambda asked: Answer(other))]
    with pytest.raises(ModelOutputInvalid, match="start again"):
        embedder(server).embed(["a"])
    assert embedder(server).dimensions == 2
