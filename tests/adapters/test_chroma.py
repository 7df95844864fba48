"""One writer, many readers; damage, foreign files and other embedders are refused with the way out."""

import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from assistant.adapters import index_folder
from assistant.adapters.chroma import ChromaIndex
from assistant.adapters.index_folder import discard, pointer_path
from assistant.domain.knowledge import Passage
from assistant.errors import IndexMissing, IndexUnreadable, Infrastructure, OwnedByAnother
from assistant.scoring.fields import fields_of
from assistant.scoring.weights import Weights, WeightsFile, write
from tests.builders import HashEmbedder, a_passage

NAME = "harbour-public-en"
BAGS = (a_passage("bags", text="One bag is free."), a_passage("pets", text="Dogs stay at home."))
BIKES = (a_passage("bikes", text="A bicycle costs EUR 40."),)


def opened(folder: Path, *, read_only: bool = False, embedder: str = "hash-64", collection: str = NAME) -> ChromaIndex:
    return ChromaIndex(folder, collection=collection, embedder_fingerprint=embedder, read_only=read_only)


def put(index: ChromaIndex, passages: tuple[Passage, ...]) -> None:
    index.replace(passages, HashEmbedder().embed(fields_of(passages).texts))


def first(index: ChromaIndex, query: str) -> str:
    (evidence,) = index.search([query], HashEmbedder().embed([query]), k=3)
    return evidence.hits[0].passage.article_id


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An index of BAGS, closed."""
    made = tmp_path / "index"
    index = opened(made)
    put(index, BAGS)
    index.close()
    return made


def test_what_was_indexed_is_there_after_a_restart(folder: Path) -> None:
    reader = opened(folder, read_only=True)
    assert first(reader, "dogs") == "pets"
    assert reader.count() == 2
    reader.close()


def test_what_was_replaced_leaves_no_word_on_the_disk(tmp_path: Path) -> None:
    words = b"Dogs stay at home."
    index = opened(tmp_path / "index")
    many = tuple(a_passage(f"pets-{number}", text=words.decode() * 500) for number in range(30))
    for _ in range(2):
        put(index, many)
        put(index, BIKES)
    index.close()
    assert [path for path in tmp_path.rglob("*") if path.is_file() and words in path.read_bytes()] == []


def test_what_stands_in_rows_nobody_set_is_taken_off_the_disk(folder: Path) -> None:
    """Chroma writes a new collection with room for more rows than there are, and with what was in that memory."""
    words = b"Dogs stay at home."
    texts = len(fields_of(BAGS).texts)
    files = [*folder.rglob("data_level0.bin"), *folder.rglob("length.bin")]
    for file in files:
        size = file.stat().st_size
        kept = file.read_bytes()[: size // 100 * texts]
        file.write_bytes(kept + (words * size)[: size - len(kept)])
    with closing(opened(folder, collection="lakeside-public-en")) as index:
        put(index, BIKES)
    assert [words in file.read_bytes() for file in files] == [False, False]
    with closing(opened(folder, read_only=True)) as index:
        assert first(index, "dogs") == "pets"


@pytest.mark.parametrize("passages", [BAGS, BIKES])
def test_readers_write_nothing(folder: Path, passages: tuple[Passage, ...]) -> None:
    """Chroma makes the file of vectors anew where it isn't written yet, with what its reader's memory held."""
    with closing(opened(folder)) as index:
        put(index, passages)

    def vectors() -> dict[Path, tuple[int, bytes]]:
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*.bin")}

    before = vectors()
    with closing(opened(folder, read_only=True)) as index:
        first(index, "dogs")
    assert vectors() == before
    assert before


def test_rows_that_are_set_stay(tmp_path: Path) -> None:
    many = tuple(a_passage(f"p-{row}", text=f"Bag {row} is free.") for row in range(1100))
    with closing(opened(tmp_path)) as index:
        put(index, many)
        (vectors,) = tmp_path.rglob("data_level0.bin")
        before = vectors.read_bytes()
        index_folder.clear_out(tmp_path / "chroma")
    assert vectors.read_bytes() == before
    assert before.count(bytes(1000)) == 0


def test_readers_share_and_see_the_new_index_once_it_is_whole(folder: Path) -> None:
    readers = [opened(folder, read_only=True) for _ in range(2)]
    writer = opened(folder)
    assert [first(reader, "a bicycle") for reader in readers] != ["bikes", "bikes"]
    put(writer, BIKES)
    assert [first(reader, "a bicycle") for reader in readers] == ["bikes", "bikes"]
    assert [reader.count() for reader in readers] == [1, 1]
    for index in (*readers, writer):
        index.close()


def test_a_second_writer_is_refused_with_the_first_ones_process(folder: Path) -> None:
    script = (
        "import sys; from pathlib import Path\n"
        "from assistant.adapters.index_folder import Ownership\n"
        f"held = Ownership(Path({str(folder)!r}))\n"
        "print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(
            OwnedByAnother, match=rf"process {other.pid} owns this index.*stop it.*chroma run.*ASSISTANT_CHROMA_URL"
        ):
            opened(folder)
        with pytest.raises(OwnedByAnother):
            discard(folder)
        reader = opened(folder, read_only=True)
        assert first(reader, "dogs") == "pets"
        reader.close()
        other.communicate(b"")
    opened(folder).close()


def test_a_reader_may_not_write(folder: Path) -> None:
    reader = opened(folder, read_only=True)
    with pytest.raises(Infrastructure, match="reading only"):
        put(reader, BIKES)
    reader.close()


def test_reading_where_nothing_was_indexed(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(IndexMissing, match="run `assistant index`"):
        opened(tmp_path / "nowhere", read_only=True)
    with pytest.raises(IndexMissing):
        opened(folder, read_only=True, collection="other-public-en")


def test_brands_do_not_see_each_other(folder: Path) -> None:
    other = opened(folder, collection="harbour-public-en2")
    put(other, BIKES)
    assert first(other, "dogs") == "bikes"
    other.close()
    reader = opened(folder, read_only=True)
    assert first(reader, "bicycle") in {"bags", "pets"}
    reader.close()


@pytest.mark.parametrize("brand", ["Große Bank", "../../elsewhere", "a.b", "日本", "x" * 600])
def test_any_brand_gets_a_place_of_its_own_inside_the_folder(folder: Path, brand: str) -> None:
    index = opened(folder, collection=f"{brand}-public-en")
    put(index, BIKES)
    index.close()
    reader = opened(folder, read_only=True, collection=f"{brand}-public-en")
    assert first(reader, "bicycle") == "bikes"
    reader.close()
    assert {path.name for path in folder.parent.iterdir()} == {folder.name}


def test_another_embedder_is_refused_until_it_has_indexed(folder: Path) -> None:
    with pytest.raises(IndexUnreadable, match=r"embedded with hash-64, and this is other.*assistant index"):
        opened(folder, read_only=True, embedder="other")
    writer = opened(folder, embedder="other")
    assert (writer.fingerprint, writer.count()) == ("", 0)
    put(writer, BAGS)
    assert first(writer, "dogs") == "pets"
    writer.close()


def test_the_old_index_serves_after_an_interrupted_replace(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    writer = opened(folder)
    before = writer.fingerprint

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("assistant.adapters.index_folder.write_pointer", interrupted)
        with pytest.raises(KeyboardInterrupt):
            put(writer, BIKES)
    assert writer.fingerprint == before
    assert first(writer, "dogs") == "pets"
    put(writer, BIKES)
    assert first(writer, "dogs") == "bikes"
    writer.close()


@pytest.mark.parametrize("damage", ["database", "pointer", "rows", "marker"])
def test_damage_is_named_with_the_way_out(folder: Path, damage: str) -> None:
    if damage == "pointer":
        pointer_path(folder, NAME).write_bytes(b"{")
    elif damage == "rows":
        path = pointer_path(folder, NAME)
        path.write_text(path.read_text(encoding="utf-8").replace('"texts":3', '"texts":4'), encoding="utf-8")
    elif damage == "marker":
        (folder / "assistant-index").write_text("99", encoding="utf-8")
    else:
        path = folder / "chroma" / "chroma.sqlite3"
        path.write_bytes(b"\xff" * path.stat().st_size)
    with pytest.raises(IndexUnreadable, match="assistant index --rebuild"):
        first(opened(folder, read_only=True), "dogs")


def test_a_damaged_index_can_be_discarded_and_built_again(folder: Path) -> None:
    (folder / "chroma" / "chroma.sqlite3").write_bytes(b"nonsense")
    discard(folder)
    discard(folder)
    index = opened(folder)
    put(index, BIKES)
    assert first(index, "bicycle") == "bikes"
    index.close()


def test_a_reader_goes_on_while_the_index_is_thrown_away(folder: Path) -> None:
    reader = opened(folder, read_only=True)
    assert first(reader, "dogs") == "pets"
    discard(folder)
    assert first(reader, "dogs") == "pets"
    reader.close()
    writer = opened(folder)
    put(writer, BIKES)
    assert first(reader, "a bicycle") == "bikes"
    for index in (reader, writer):
        index.close()


def large(folder: Path, *, read_only: bool = True) -> ChromaIndex:
    """One that never compares everything."""
    return ChromaIndex(folder, collection=NAME, embedder_fingerprint="hash-64", read_only=read_only, exact_up_to=0)


def test_a_large_index_ranks_as_one_that_compares_everything(folder: Path, tmp_path: Path) -> None:
    made = tmp_path / "large"
    with closing(large(made, read_only=False)) as writer:
        put(writer, BAGS)
    queries = ["bag", "dogs at home", "a free bag", ""]
    with closing(large(made)) as some, closing(opened(folder, read_only=True)) as every:
        proposed, compared = (index.search(queries, HashEmbedder().embed(queries), k=3) for index in (some, every))
    assert proposed[1].hits[0].passage.article_id == "pets"
    for one, other in zip(proposed, compared, strict=True):
        assert [hit.passage for hit in one.hits] == [hit.passage for hit in other.hits]
        assert [hit.score for hit in one.hits] == pytest.approx([hit.score for hit in other.hits], abs=0.005)


@pytest.mark.parametrize("damage", ["short", "missing", "other"])
def test_the_files_of_a_large_index_must_be_whole(tmp_path: Path, damage: str) -> None:
    made = tmp_path / "index"
    with closing(large(made, read_only=False)) as writer:
        put(writer, BIKES)
        put(writer, BAGS)
    kept = sorted(made.glob("*.kept.*.npy"))
    assert len({path.name.split(".kept.")[0] for path in kept}) == 1
    for path in kept:
        whole = path.read_bytes()
        if damage == "missing":
            path.unlink()
        else:
            path.write_bytes(whole[:-1] if damage == "short" else whole.replace(b"NUMPY", b"NOTPY", 1))
        with closing(large(made)) as reader, pytest.raises(IndexUnreadable, match="assistant index --rebuild"):
            first(reader, "dogs")
        path.write_bytes(whole)
    with closing(large(made)) as reader:
        assert first(reader, "dogs") == "pets"


def test_nothing_is_left_of_what_a_large_index_held_before(tmp_path: Path) -> None:
    made = tmp_path / "index"

    def files_with(words: bytes) -> bool:
        return any(words in path.read_bytes() for path in made.rglob("*") if path.is_file())

    with closing(large(made, read_only=False)) as writer:
        put(writer, BIKES)
        assert files_with(b"EUR 40")
        put(writer, BAGS)
        assert not files_with(b"EUR 40")
    with closing(opened(made)) as small:
        put(small, BIKES)
    assert files_with(b"EUR 40")
    assert not files_with(b"Dogs stay")


def test_a_changed_passage_of_a_large_index_is_noticed_when_it_is_read(tmp_path: Path) -> None:
    made = tmp_path / "index"
    with closing(large(made, read_only=False)) as writer:
        put(writer, (*BAGS, *BIKES))
    (rows,) = made.glob("*.kept.rows.npy")
    rows.write_bytes(rows.read_bytes().replace(b"EUR 40", b"EUR 49"))
    with closing(large(made)) as reader:
        assert reader.get(["pets@1#0", "nowhere@1#0"]) == {"pets@1#0": BAGS[1]}
        with pytest.raises(IndexUnreadable, match="not what was indexed"):
            reader.get(["bikes@1#0"])


def test_other_peoples_files_are_never_touched(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work", encoding="utf-8")
    for use in (lambda: opened(tmp_path), lambda: opened(tmp_path, read_only=True), lambda: discard(tmp_path)):
        with pytest.raises(IndexUnreadable, match="left alone"):
            use()
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.doc"]


def test_weights_that_are_fitted_anew_hold_from_the_next_search_on(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "search.json"
    weights = WeightsFile(file)
    embedder = HashEmbedder()
    with closing(
        ChromaIndex(folder, collection=NAME, embedder_fingerprint="hash-64", read_only=True, weights=weights)
    ) as index:

        def sure() -> float:
            (evidence,) = index.search(["bags"], embedder.embed(["bags"]), k=1)
            return evidence.answerable

        before = sure()
        write(file, Weights(bias=-9.0))
        assert sure() < before
        file.write_text("{", encoding="utf-8")
        assert sure() < before, "what can't be read changes nothing"
        file.unlink()
        assert sure() == before
