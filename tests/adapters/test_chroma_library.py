"""Collections of one brand in one home: what readers may not read isn't in theirs, and what is dropped is gone."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters.chroma_home import Server
from assistant.adapters.chroma_library import ChromaLibrary
from assistant.domain.knowledge import Passage
from assistant.domain.readers import Readers
from assistant.domain.vocabulary import Audience
from assistant.errors import IndexMissing
from assistant.ports import PassageIndex
from assistant.scoring.fields import fields_of
from tests.builders import HashEmbedder, a_passage
from tests.chroma_server import chroma_server

PUBLIC, CUSTOMERS, AGENTS = (Readers(language="en", audience=audience) for audience in Audience)
GERMAN = Readers(language="de")
READERS = (PUBLIC, GERMAN, CUSTOMERS, AGENTS)
TOLD = a_passage("gate", 0, title="Gate", text="The gate closes early.")
SECRET = a_passage("code", 0, title="Gate", text="The gate code is zanzibarquux.")

Open = Callable[[bool], ChromaLibrary]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


@pytest.fixture(
    params=["folder", pytest.param("server", marks=[pytest.mark.network, pytest.mark.xdist_group("chroma")])]
)
def opens(request: pytest.FixtureRequest, tmp_path: Path) -> Open:
    def open_library(read_only: bool) -> ChromaLibrary:
        home = tmp_path / "index" if request.param == "folder" else Server(request.getfixturevalue("server"))
        return ChromaLibrary(
            home,
            brand_id=f"b{abs(hash(request.node.nodeid))}",
            readers=READERS,
            embedder_fingerprint="e",
            read_only=read_only,
        )

    return open_library


def put(index: PassageIndex, *passages: Passage) -> None:
    index.replace(passages, HashEmbedder().embed(fields_of(passages).texts))


def finds(index: PassageIndex) -> set[str]:
    (evidence,) = index.search(["gate"], HashEmbedder().embed(["gate"]), k=9)
    return {hit.passage.article_id for hit in evidence.hits}


def test_another_audiences_text_can_not_be_found(opens: Open) -> None:
    with closing(opens(False)) as library:
        put(library.collection(PUBLIC), TOLD)
        put(library.collection(CUSTOMERS), TOLD, SECRET)
    with closing(opens(True)) as library:
        assert finds(library.of(PUBLIC)) == finds(library) == {"gate"}
        assert library.of(PUBLIC).get([SECRET.id]) == {}
        assert finds(library.of(CUSTOMERS)) == {"gate", "code"}
        assert library.get([SECRET.id, TOLD.id]) == {TOLD.id: TOLD, SECRET.id: SECRET}
        for others in (AGENTS, GERMAN, Readers(language="xx"), Readers(language="en", region="ie")):
            assert finds(library.of(others)) == {"gate"}


def test_a_reader_sees_every_collection_change_and_go(opens: Open) -> None:
    with closing(opens(False)) as writer:
        put(writer.collection(PUBLIC), TOLD)
        put(writer.collection(CUSTOMERS), SECRET)
        with closing(opens(True)) as reader:
            assert (finds(reader), finds(reader.of(CUSTOMERS))) == ({"gate"}, {"code"})
            before = reader.fingerprint
            put(writer.collection(CUSTOMERS), SECRET, a_passage("more", 0, title="Gate", text="More of the gate."))
            assert reader.fingerprint != before
            put(writer.collection(PUBLIC), TOLD, a_passage("new", 0, title="Gate", text="A new gate."))
            assert (finds(reader), finds(reader.of(CUSTOMERS))) == ({"gate", "new"}, {"code", "more"})
            now = reader.fingerprint
            put(writer.collection(AGENTS), a_passage("desk", 0, title="Gate", text="Only agents read this."))
            assert reader.fingerprint == now
            assert finds(reader.of(AGENTS)) == {"desk"}
            writer.drop(CUSTOMERS)
            writer.drop(AGENTS)
            assert finds(reader.of(CUSTOMERS)) == {"gate", "new"}
            assert reader.get([SECRET.id]) == {}
            assert reader.fingerprint == writer.collection(PUBLIC).fingerprint


def test_what_is_dropped_leaves_no_word_on_the_disk(tmp_path: Path) -> None:
    with closing(ChromaLibrary(tmp_path / "index", brand_id="b", readers=READERS, embedder_fingerprint="e")) as library:
        put(library.collection(PUBLIC), TOLD)
        put(library.collection(CUSTOMERS), SECRET)
        library.drop(CUSTOMERS)
    files = [path for path in (tmp_path / "index").rglob("*") if path.is_file()]
    assert not [path for path in files if b"zanzibarquux" in path.read_bytes()]
    assert not [path for path in files if "customers" in path.name]


def test_a_damaged_collection_can_be_dropped(tmp_path: Path) -> None:
    library = ChromaLibrary(tmp_path / "index", brand_id="b", readers=READERS, embedder_fingerprint="e")
    with closing(library):
        put(library.collection(PUBLIC), TOLD)
        put(library.collection(CUSTOMERS), SECRET)
        (tmp_path / "index" / "b-customers-en.json").write_text("{", encoding="utf-8")
        library.drop(CUSTOMERS)
        assert finds(library.of(CUSTOMERS)) == {"gate"}


def test_nothing_indexed_says_so(opens: Open) -> None:
    with closing(opens(False)) as library:
        put(library.collection(CUSTOMERS), SECRET)
    with pytest.raises(IndexMissing):
        opens(True)
