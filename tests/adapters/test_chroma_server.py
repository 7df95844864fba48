"""Several processes share a server: what one writes the others find, and what is wrong is said with the way out."""

import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Protocol

import pytest

from assistant.adapters import chroma_home
from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.chroma_home import Server
from assistant.adapters.chroma_library import ChromaLibrary, collection_name
from assistant.domain.knowledge import Passage
from assistant.domain.readers import Readers
from assistant.errors import IndexAway, IndexMissing, IndexUnreadable, Infrastructure, SettingInvalid
from assistant.scoring.fields import fields_of
from tests.builders import HashEmbedder, a_passage
from tests.chroma_server import chroma_process, chroma_server

pytestmark = [pytest.mark.network, pytest.mark.xdist_group("chroma")]

BAGS = (a_passage("bags", text="One bag of 10 kg is free."), a_passage("pets", title="Pets", text="Dogs stay at home."))
BIKES = (a_passage("bikes", title="Bicycles", text="A bicycle costs EUR 40."),)


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as address:
        yield address


class Opened(Protocol):
    def __call__(self, name: str, *, read_only: bool = False, embedder: str = "e") -> ChromaIndex: ...


@pytest.fixture
def opened(url: str) -> Iterator[Opened]:
    """Opens an index of the server; all of them are closed at the end."""
    homes: list[Server] = []

    def open_one(name: str, *, read_only: bool = False, embedder: str = "e") -> ChromaIndex:
        homes.append(Server(url))
        return ChromaIndex(homes[-1], collection=name, embedder_fingerprint=embedder, read_only=read_only)

    yield open_one
    for home in homes:
        home.close()


def put(index: ChromaIndex, passages: tuple[Passage, ...]) -> None:
    index.replace(passages, HashEmbedder().embed(fields_of(passages).texts))


def first(index: ChromaIndex, query: str) -> str:
    (evidence,) = index.search([query], HashEmbedder().embed([query]), k=3)
    return evidence.hits[0].passage.article_id


def test_two_writers_and_a_reader_share_one_index(opened: Opened) -> None:
    one, other = opened("shared"), opened("shared")
    put(one, BAGS)
    reader = opened("shared", read_only=True)
    assert [first(index, "dogs at home") for index in (one, other, reader)] == ["pets"] * 3
    put(other, BIKES)
    assert [first(index, "a bicycle") for index in (one, other, reader)] == ["bikes"] * 3
    with pytest.raises(Infrastructure, match="reading only"):
        put(reader, BAGS)


def test_brands_and_audiences_do_not_see_each_other(opened: Opened) -> None:
    public, agents = opened("harbour-public-en"), opened("harbour-agents-en")
    put(public, BAGS)
    put(agents, BIKES)
    assert first(public, "what does a bicycle cost") in {"bags", "pets"}
    assert public.get(["bikes@1#0"]) == {}


def test_nothing_indexed_and_another_model_are_named(opened: Opened) -> None:
    with pytest.raises(IndexMissing, match="assistant index"):
        opened("nowhere", read_only=True)
    put(opened("other-model"), BAGS)
    with pytest.raises(IndexUnreadable, match="embedded with e, and this is f"):
        opened("other-model", read_only=True, embedder="f")


def test_damage_is_found_and_can_be_built_again(url: str, opened: Opened) -> None:
    index = opened("damaged")
    put(index, BAGS)
    with closing(Server(url)) as server:
        _break_and_discard(server, opened)
    put(index, BIKES)
    assert first(opened("damaged"), "bicycle") == "bikes"


def _break_and_discard(server: Server, opened: Opened) -> None:
    pointer = server.pointer("damaged")
    assert pointer is not None
    server.client().get_collection(pointer.collection, embedding_function=None).delete(ids=["0"])
    with pytest.raises(IndexUnreadable, match="--rebuild"):
        first(opened("damaged"), "dogs")
    server.client().get_or_create_collection("somebody-elses", embedding_function=None)
    put(opened("damaged-too"), BAGS)
    server.discard("damaged")
    left = {each.name for each in server.client().list_collections()}
    assert "somebody-elses" in left
    assert not {name for name in left if name == "current-of.damaged" or name.startswith("damaged.")}
    assert first(opened("damaged-too"), "dogs") == "pets"


def test_no_server_and_no_address_say_what_to_do(tmp_path: Path) -> None:
    with chroma_server(tmp_path) as url:
        pass
    with pytest.raises(IndexAway, match=r"no Chroma server answers; start one with `chroma run"):
        Server(url).client()
    with pytest.raises(SettingInvalid, match="ASSISTANT_CHROMA_URL"):
        Server("localhost:8000")


def test_who_only_reads_starts_while_the_server_is_away_and_finds_it_once_it_is_back(tmp_path: Path) -> None:
    readers = [Readers(language="en")]
    with chroma_server(tmp_path) as url, closing(Server(url)) as home:
        put(ChromaIndex(home, collection=collection_name("skylark", readers[0]), embedder_fingerprint="e"), BAGS)
    with closing(
        ChromaLibrary(Server(url), brand_id="skylark", readers=readers, embedder_fingerprint="e", read_only=True)
    ) as library:
        with pytest.raises(IndexAway, match="no Chroma server answers"):
            library.search(["dogs"], HashEmbedder().embed(["dogs"]), k=1)
        with chroma_server(tmp_path, port=int(url.rpartition(":")[2])):
            (evidence,) = library.search(["dogs"], HashEmbedder().embed(["dogs"]), k=1)
    assert evidence.hits[0].passage.article_id == "pets"


def test_a_server_that_goes_in_the_middle_of_an_answer_is_away_and_not_damaged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with chroma_process(tmp_path) as (url, run), closing(Server(url)) as home:
        put(ChromaIndex(home, collection="bags", embedder_fingerprint="e"), BAGS)
        index = ChromaIndex(home, collection="bags", embedder_fingerprint="e")
        pointer = home.pointer("bags")

        def ends(name: str) -> object:
            run.kill()
            run.wait()
            return pointer

        monkeypatch.setattr(home, "pointer", ends)
        with pytest.raises(IndexAway, match="start it again"):
            first(index, "dogs")


def test_a_server_that_says_nothing_is_away_within_seconds_and_then_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chroma_home, "ANSWER_S", 0.5)
    with chroma_process(tmp_path) as (url, run), closing(Server(url)) as home, closing(Server(url)) as late:
        put(ChromaIndex(home, collection="bags", embedder_fingerprint="e"), BAGS)
        reader = ChromaIndex(home, collection="bags", embedder_fingerprint="e")
        assert first(reader, "dogs") == "pets"
        run.send_signal(signal.SIGSTOP)
        for index in (reader, ChromaIndex(late, collection="bags", embedder_fingerprint="e")):
            began = time.monotonic()
            for _ in range(9):
                with pytest.raises(IndexAway):
                    first(index, "dogs")
            assert 0.4 < time.monotonic() - began < 2.5
        run.send_signal(signal.SIGCONT)
        monkeypatch.setattr(home, "_rests_until", 0.0)
        assert first(reader, "dogs") == "pets"
