"""Every passage index keeps the promises of its port."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.chroma_home import Server
from assistant.adapters.memory_index import MemoryIndex
from assistant.domain.knowledge import Evidence, Passage
from assistant.errors import IndexMissing
from assistant.ports import PassageIndex
from assistant.scoring.fields import fields_of
from assistant.scoring.fusion import MAX_PER_ARTICLE
from tests.builders import HashEmbedder, a_passage
from tests.chroma_server import chroma_server

Make = Callable[[], PassageIndex]

PASSAGES = (
    a_passage("bags", 0, title="Cabin bags", text="One bag of 10 kg is free.", questions=["How big is a trolley?"]),
    a_passage("bags", 1, title="Cabin bags", text="The cabin bag goes under the seat.", intents=["carry_on"]),
    a_passage("bags", 2, title="Cabin bags", text="A second cabin bag costs EUR 12."),
    a_passage("pets", 0, title="Pets", text="Dogs and cats stay at home."),
    a_passage("bikes", 0, title="Bicycles", text="A bicycle costs EUR 40 per flight."),
    a_passage("names", 0, title="", text="Three letters of a name can be corrected."),
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with chroma_server(tmp_path_factory.mktemp("chroma")) as url:
        yield url


KINDS = [
    "memory",
    "chroma",
    "chroma_nearest",
    pytest.param("server", marks=[pytest.mark.network, pytest.mark.xdist_group("chroma")]),
    pytest.param("server_nearest", marks=[pytest.mark.network, pytest.mark.xdist_group("chroma")]),
]


@pytest.fixture(params=KINDS)
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Make]:
    opened: list[ChromaIndex] = []

    def chroma() -> ChromaIndex:
        home = Server(request.getfixturevalue("server")) if "server" in request.param else tmp_path / "index"
        opened.append(
            ChromaIndex(
                home,
                collection=f"harbour-{request.node.nodeid}" if "server" in request.param else "harbour-public-en",
                embedder_fingerprint="e",
                exact_up_to=0 if "nearest" in request.param else 20_000,
            )
        )
        return opened[-1]

    yield MemoryIndex if request.param == "memory" else chroma
    for index in opened:
        index.close()


def put(index: PassageIndex, passages: tuple[Passage, ...] = PASSAGES) -> PassageIndex:
    index.replace(passages, HashEmbedder().embed(fields_of(passages).texts))
    return index


def search(index: PassageIndex, *queries: str, k: int = 5) -> list[Evidence]:
    return list(index.search(queries, HashEmbedder().embed(queries), k=k))


def test_the_best_passage_comes_first_with_scores_in_order(make: Make) -> None:
    index = put(make())
    bike, dog = search(index, "what does a bicycle cost per flight", "@harbour can my dogs stay")
    assert bike.hits[0].passage == PASSAGES[4]
    assert dog.hits[0].passage == PASSAGES[3]
    scores = [hit.score for hit in bike.hits]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= dog.answerable <= 1


def test_an_attached_question_finds_its_article(make: Make) -> None:
    (evidence,) = search(put(make()), "how big is a trolley?")
    assert evidence.hits[0].passage.article_id == "bags"


def test_a_passage_without_a_title_is_found(make: Make) -> None:
    (evidence,) = search(put(make()), "three letters of a name")
    assert evidence.hits[0].passage.article_id == "names"


def test_no_article_takes_more_than_its_share_of_hits(make: Make) -> None:
    (evidence,) = search(put(make()), "cabin bag", k=4)
    articles = [hit.passage.article_id for hit in evidence.hits]
    assert articles[:2] == ["bags"] * MAX_PER_ARTICLE
    assert len(articles) == 4
    assert articles.count("bags") == MAX_PER_ARTICLE


def test_fewer_passages_than_wanted_give_fewer_hits(make: Make) -> None:
    (evidence,) = search(put(make(), PASSAGES[3:5]), "pets", k=50)
    assert len(evidence.hits) == 2


@pytest.mark.parametrize("query", ["", "   ", "@harbour", "🛫🛫", "\x00", "the and of", "x" * 20_000])
def test_any_query_is_taken(make: Make, query: str) -> None:
    (evidence,) = search(put(make()), query)
    assert all(0 <= hit.score <= 1 for hit in evidence.hits)


def test_no_queries_no_evidence(make: Make) -> None:
    assert search(put(make())) == []


def test_an_emptied_index_answers_with_nothing(make: Make) -> None:
    index = put(put(make()), ())
    assert search(index, "bag") == [Evidence()]
    assert index.count() == 0


def test_an_index_where_nothing_was_put_says_so(make: Make) -> None:
    index = make()
    assert (index.count(), index.fingerprint) == (0, "")
    with pytest.raises(IndexMissing):
        search(index, "bag")
    with pytest.raises(IndexMissing):
        index.get(["bags@1#0"])


def test_replacing_leaves_nothing_of_the_old(make: Make) -> None:
    index = put(make())
    before = index.fingerprint
    put(index, PASSAGES[:2])
    assert index.count() == 2
    assert index.fingerprint != before
    assert index.get(["pets@1#0"]) == {}
    assert {hit.passage.article_id for hit in search(index, "dogs and cats")[0].hits} == {"bags"}
    put(index)
    assert index.fingerprint == before


def test_passages_come_back_as_they_were(make: Make) -> None:
    index = put(make())
    assert index.get(["bags@1#1", "nowhere@1#0", "names@1#0"]) == {
        "bags@1#1": PASSAGES[1],
        "names@1#0": PASSAGES[5],
    }
    assert index.count() == len(PASSAGES)


def test_one_vector_for_each_text_is_needed(make: Make) -> None:
    index = make()
    with pytest.raises(ValueError, match="vectors for"):
        index.replace(PASSAGES, HashEmbedder().embed(["too few"]))
    assert index.count() == 0
