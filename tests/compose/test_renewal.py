"""Articles change while processes run: each takes them up whole, and says what the next start would say."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.adapters.memory_index import MemoryIndex
from assistant.compose import Assistant, utc_now
from assistant.compose.current import Current
from assistant.compose.heads import HeadsInUse
from assistant.compose.renewal import Renewal
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Passage
from assistant.domain.mention import Mention
from assistant.domain.turn import Turn
from assistant.errors import HeadsMissing, IndexMissing
from assistant.kb.import_articles import write_article
from assistant.kb.new_pack import NewBrand, new_pack
from assistant.kb.pack import load_pack
from assistant.ports import Heads, Respond, Store
from assistant.scoring.folder import MODEL_FILE
from assistant.scoring.in_use import CARD_FILE, VERSIONS, Parts
from assistant.settings import Settings
from assistant.workflows.edit_article import keep_article, mark_of
from assistant.workflows.keep_articles import keep_articles
from tests.builders import HashEmbedder, a_mention, an_article
from tests.pipeline_builders import KeywordHeads
from tests.stores import new_store
from tests.web.conftest import NamedDrafter, respond

FILE = "articles/bag-size.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One article, written."""
    new_pack(tmp_path / "pack", NewBrand(name="Skylark"))
    write_article(tmp_path / "pack" / FILE, an_article("bag-size", title="Bag size"))
    return tmp_path / "pack"


@pytest.fixture
def store(folder: Path) -> Store:
    opened = new_store()
    keep_articles(load_pack(folder), store=opened, clock=utc_now)
    return opened


def a_process(folder: Path, store: Store) -> Assistant:
    """Wired on the folder and the store."""
    embedder = HashEmbedder()
    wired = Assistant(
        settings=Settings(),
        pack=load_pack(folder),
        respond=respond,
        embedder=embedder,
        index=MemoryIndex(embedder.fingerprint),
        drafter=NamedDrafter(),
        store=store,
        channels={},
        clock=utc_now,
        folder=folder,
    )
    heads = HeadsInUse(folder.parent / "models", read=named_heads)

    def rewire(old: Assistant, pack: Pack) -> Assistant:
        return replace(old, pack=pack, respond=judging_by(heads.now().fingerprint))

    wired = rewire(wired, wired.pack)
    renewal = Renewal(wired, rewire=rewire, heads=heads)
    return renewal.begin_with(replace(wired, renewal=renewal))


def named_heads(parts: Parts) -> Heads:
    """Heads that are called what their file says, `none` where there is no file."""
    file = parts.intents / MODEL_FILE
    if file.is_file() and file.read_text() == "broken":
        raise HeadsMissing("the model can't be read")
    heads = KeywordHeads()
    heads.fingerprint = file.read_text() if file.is_file() else "none"
    return heads


def judging_by(heads: str) -> Respond:
    async def judge(mentions: Sequence[Mention], *, instruction: str | None = None) -> Sequence[Turn]:
        turns = await respond(mentions, instruction=instruction)
        return [turn.model_copy(update={"versions": {"heads": heads}}) for turn in turns]

    return judge


def put_in_place(folder: Path, fingerprint: str) -> None:
    """What training and restoring do: the model is kept whole, and then the card names it."""
    models = folder.parent / "models"
    kept = models / VERSIONS / fingerprint
    kept.mkdir(parents=True, exist_ok=True)
    (kept / MODEL_FILE).write_text(fingerprint)
    (models / CARD_FILE).write_text(json.dumps({"fingerprint": fingerprint}))


async def judged_by(process: Assistant) -> str:
    (turn,) = await process.latest().respond([a_mention("Where is my bag?")])
    return turn.versions["heads"]


def edit(process: Assistant, old: str, new: str) -> None:
    assert process.folder is not None
    text = (process.folder / FILE).read_text(encoding="utf-8")
    keep_article(
        text.replace(old, new),
        article_id="bag-size",
        seen=mark_of(text),
        pack=process.latest().pack,
        folder=process.folder,
        store=process.require_store(),
        agent="ann",
        clock=utc_now,
    )


def renewed(process: Assistant) -> bool:
    assert process.renewal is not None
    return process.renewal.renew()


def test_every_process_takes_up_what_one_wrote(folder: Path, store: Store) -> None:
    here, there = a_process(folder, store), a_process(folder, store)
    edit(here, "10 kg", "12 kg")
    assert (renewed(here), renewed(there)) == (True, True)
    for process in (here, there):
        (article,) = process.latest().pack.articles
        assert (article.version, "12 kg" in article.body) == (2, True)
        assert process.latest().pack.fingerprint == load_pack(folder).fingerprint
        assert process.pack.articles[0].version == 1  # whoever works with it works on with it
    assert (renewed(here), renewed(there)) == (False, False)


def test_the_same_text_again_changes_nothing(folder: Path, store: Store) -> None:
    process = a_process(folder, store)
    before = process.latest()
    with store.begin() as tx:
        (current,) = tx.current_articles("skylark")
        tx.add_article_version(current)
    assert renewed(process) is False
    assert process.latest() is before


def test_another_machine_with_a_folder_of_its_own_follows_the_store(folder: Path, store: Store, tmp_path: Path) -> None:
    other = tmp_path / "other"
    new_pack(other, NewBrand(name="Skylark"))
    write_article(other / FILE, an_article("bag-size", title="Bag size"))
    here, there = a_process(folder, store), a_process(other, store)
    edit(here, "10 kg", "12 kg")
    assert renewed(there) is True
    pack = there.latest().pack
    assert "12 kg" in pack.articles[0].body
    assert pack.fingerprint != load_pack(other).fingerprint
    (other / "brand.yaml").write_text("half wri", encoding="utf-8")
    edit(here, "12 kg", "14 kg")
    assert renewed(there) is True
    assert "14 kg" in there.latest().pack.articles[0].body


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def test_what_a_brand_changes_in_its_folder_is_taken_up(folder: Path, store: Store) -> None:
    process = a_process(folder, store)
    assert renewed(process) is False
    change(folder, "brand.yaml", 'name: "Skylark"', 'name: "Skylark Airways"')
    assert renewed(process) is True
    assert process.latest().pack.brand.name == "Skylark Airways"
    assert process.latest().pack.fingerprint == load_pack(folder).fingerprint
    assert process.renewal is not None
    assert process.renewal.waiting == ()
    assert renewed(process) is False


def test_what_cannot_be_read_is_said_and_the_last_reading_holds(folder: Path, store: Store) -> None:
    process = a_process(folder, store)
    renewal = process.renewal
    assert renewal is not None
    whole = (folder / "brand.yaml").read_text(encoding="utf-8")
    (folder / "brand.yaml").write_text("name: [half", encoding="utf-8")
    assert renewed(process) is False
    assert renewal.problems[0].startswith("brand.yaml:")
    change(folder, FILE, "10 kg", "12 kg")
    keep_articles(load_pack_with(folder, whole), store=store, clock=utc_now)
    assert renewed(process) is True  # articles go on changing meanwhile
    assert "12 kg" in process.latest().pack.articles[0].body
    (folder / "brand.yaml").write_text(whole.replace('name: "Skylark"', 'name: "Skylark Airways"'), encoding="utf-8")
    assert renewed(process) is True
    assert (renewal.problems, process.latest().pack.brand.name) == ((), "Skylark Airways")


def load_pack_with(folder: Path, brand: str) -> Pack:
    """The folder as it is with this brand.yaml."""
    broken = (folder / "brand.yaml").read_text(encoding="utf-8")
    (folder / "brand.yaml").write_text(brand, encoding="utf-8")
    pack = load_pack(folder)
    (folder / "brand.yaml").write_text(broken, encoding="utf-8")
    return pack


async def test_a_model_put_in_place_judges_the_next_mention_of_every_process(folder: Path, store: Store) -> None:
    put_in_place(folder, "first")
    here, there = a_process(folder, store), a_process(folder, store)
    begun = here.latest()
    put_in_place(folder, "second")
    for process in (here, there):
        assert await judged_by(process) == "first"
        assert (renewed(process), renewed(process)) == (True, False)
        assert await judged_by(process) == "second"
    (turn,) = await begun.respond([a_mention("Where is my bag?")])
    assert turn.versions["heads"] == "first", "who began with a model ends with it"
    put_in_place(folder, "broken")
    assert renewed(here) is False
    assert await judged_by(here) == "second"
    put_in_place(folder, "first")
    assert renewed(here) is True
    assert await judged_by(here) == "first"


def test_what_a_model_was_fitted_on_is_taken_up_with_it(folder: Path, store: Store) -> None:
    put_in_place(folder, "first")
    process = a_process(folder, store)
    renewal = process.renewal
    assert renewal is not None
    change(folder, "out_of_scope.yaml", "- ", "- By the way, ")
    renewed(process)
    assert list(renewal.waiting) == ["out_of_scope.yaml"]
    put_in_place(folder, "second")
    assert renewed(process) is True
    assert list(renewal.waiting) == []
    assert process.latest().pack.out_of_scope == load_pack(folder).out_of_scope
    assert process.latest().pack.fingerprint == load_pack(folder).fingerprint


def test_what_was_fitted_or_connected_waits_for_a_start(folder: Path, store: Store) -> None:
    process = a_process(folder, store)
    renewal = process.renewal
    assert renewal is not None
    before = process.pack
    change(folder, "out_of_scope.yaml", "- ", "- By the way, ")
    change(folder, "brand.yaml", 'name: "Skylark"', 'name: "Skylark Airways"')
    assert renewed(process) is True
    pack = process.latest().pack
    assert (pack.out_of_scope, pack.brand.name) == (before.out_of_scope, "Skylark Airways")
    assert list(renewal.waiting) == ["out_of_scope.yaml"]
    assert pack.fingerprint not in (before.fingerprint, load_pack(folder).fingerprint)
    change(folder, "out_of_scope.yaml", "- By the way, ", "- ")
    assert renewed(process) is True
    assert list(renewal.waiting) == []
    assert process.latest().pack.fingerprint == load_pack(folder).fingerprint


class AwayIndex(MemoryIndex):
    """Nothing can be read from it."""

    def get(self, passage_ids: Sequence[str]) -> Mapping[str, Passage]:
        raise IndexMissing("no index")


def test_while_the_index_is_away_a_worker_has_passages_of_the_articles_as_they_stand(
    folder: Path, store: Store
) -> None:
    process = a_process(folder, store)
    renewal = process.renewal
    assert renewal is not None
    index = AwayIndex(process.embedder.fingerprint)
    away = replace(process, index=index, glance=lambda mentions: [], shed=lambda mentions: [])
    worker = Current(renewal.begin_with(away))
    edit(process, "10 kg", "12 kg")
    worker.pack()
    (passage,) = worker.passages(["bag-size@2#0"]).values()
    assert "12 kg" in passage.text
