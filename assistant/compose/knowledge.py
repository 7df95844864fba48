"""Wires what builds from texts: the brand's index, its fitted heads, and rankings of foreign collections."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import closing, suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import structlog

from assistant.compose import (
    asker_of,
    build_embedder,
    build_index,
    build_store,
    load_brand,
    models_dir,
    neutral_dir,
    utc_now,
)
from assistant.compose.drafting import read_by_meaning
from assistant.domain.article_history import content_hash
from assistant.domain.brand import Pack
from assistant.domain.readers import all_readers
from assistant.domain.relabel import taught
from assistant.domain.vocabulary import Audience
from assistant.errors import IndexAway, IndexMissing, IndexOfAnotherModel, IndexUnreadable, ModelUnavailable, NotFound
from assistant.ports import Embedder, Library, Store, Vectors
from assistant.settings import Settings
from assistant.workflows.keep_articles import keep_articles

if TYPE_CHECKING:
    from assistant.adapters.vector_cache import CachedEmbedder
    from assistant.kb.index import Built, Progress
    from assistant.workflows.train import TakesOver, Tongues, Trained

PATIENCE_S = 20.0
"""How long an index is waited for that another process writes: a worker follows the store within seconds."""

log = structlog.get_logger()


def cached_embedder(settings: Settings, name: str, *, wide: bool = False) -> "CachedEmbedder":
    """The local model in front of the vectors it made before, kept in a file of that name."""
    from assistant.adapters.vector_cache import CachedEmbedder

    return CachedEmbedder(build_embedder(settings, wide=wide), cache_file(settings, name))


def index_brand(settings: Settings, pack: Pack, *, rebuild: bool, progress: "Progress") -> "Built":
    """Keep the pack's articles and bring the brand's index up to date; `rebuild` makes all of it anew.

    The old index serves until the new one is whole; one that can't be read is thrown away first. Where nothing changed
    the index is read once, so that damage shows. Raises `OwnedByAnother` where another process uses it,
    `IndexUnreadable` where it is damaged or the folder holds foreign files.
    """
    if rebuild and not _can_be_read(settings, pack):
        _discard(settings, pack)
    with closing(build_store(settings)) as store:
        keep_articles(pack, store=store, clock=utc_now)
        hashes = [content_hash(each) for each in pack.articles]
        return _follow(settings, pack, store, hashes=hashes, progress=progress, afresh=rebuild)


def _can_be_read(settings: Settings, pack: Pack) -> bool:
    """Whether search has an index, by whatever model; one that isn't there yet can't be harmed."""
    try:
        return _damage_of(settings, pack) is None
    except (IndexOfAnotherModel, IndexMissing):
        return True


def _discard(settings: Settings, pack: Pack) -> None:
    from assistant.adapters import index_folder
    from assistant.adapters.chroma_home import Server
    from assistant.adapters.chroma_library import collection_name

    if not settings.chroma_url:
        index_folder.discard(settings.data_dir / "index", patience_s=PATIENCE_S)
        return
    server = Server(settings.chroma_url)
    for readers in all_readers(pack):
        server.discard(collection_name(pack.brand.id, readers))


def is_behind(pack: Pack, *, store: Store, index: Library, embedder: Embedder, on: date) -> bool:
    """Whether search has other passages than the store's articles that hold on that day; False where that can't be
    seen, as a damaged index serves on with what was loaded.
    """
    from assistant.kb.index import follows

    with store.read() as look:
        articles = [each.article for each in look.current_articles(pack.brand.id)]
    readers = all_readers(pack)
    try:
        return bool(articles) and not follows(index, articles, readers=readers, on=on, embedder=embedder)
    except IndexUnreadable:
        return False


def index_waiting(settings: Settings, pack: Pack, store: Store, *, on: date | None = None) -> int:
    """Bring the index up to date with what the store keeps, where search and drafts don't have it yet; how many
    articles they have now and hadn't before. `on` a day it is done in any case, with what holds then. A damaged index
    is built afresh. Raises as `index_brand` does.
    """
    with store.read() as look:
        waiting = look.articles_waiting(pack.brand.id)
        if not waiting and on is None:
            return 0
        current = look.current_articles(pack.brand.id)
    known = pack.model_copy(update={"articles": tuple(each.article for each in current)})
    hashes = [each.content_hash for each in current]
    try:
        _follow(settings, known, store, hashes=hashes, progress=quiet, on=on)
    except IndexUnreadable:
        if not mend_index(settings, pack):
            raise
    log.info("articles_in_use", articles=waiting)
    return waiting


def _follow(
    settings: Settings,
    pack: Pack,
    store: Store,
    *,
    hashes: Collection[str],
    progress: "Progress",
    on: date | None = None,
    afresh: bool = False,
) -> "Built":
    """The index has the pack's articles, whose versions have these hashes in the store, which knows since when."""
    from assistant.workflows.build_index import build_index as bring_up_to_date

    with (
        closing(cached_embedder(settings, f"index-{pack.brand.id}")) as embedder,
        closing(build_index(settings, pack, embedder, writable=True, patience_s=PATIENCE_S)) as index,
    ):
        built = bring_up_to_date(
            pack, embedder=embedder, index=index, on=on or pack.brand.day(utc_now()), progress=progress, afresh=afresh
        )
        _keep_wording(settings, pack, embedder)
        if built.changed:
            embedder.forget_others()
        else:
            _look_at(index, pack, np.eye(1, embedder.dimensions, dtype=np.float32))
        with store.begin() as tx:
            tx.put_in_use(pack.brand.id, hashes, at=utc_now())
        return built.model_copy(update={"embedded": embedder.embedded})


def _keep_wording(settings: Settings, pack: Pack, embedder: Embedder) -> None:
    """Embed what drafts are chosen from, so that no process has to do it while it serves."""
    from assistant.adapters import wording_meaning
    from assistant.adapters.approved_wording import compared

    told = (article for article in pack.articles if article.audience is not Audience.AGENTS)
    texts = (text for article in told for text in compared(article, pack.brand.voice) if text)
    wording_meaning.keep(settings.data_dir / "cache", pack.brand.id, texts, embedder)


def rank_corpus(
    settings: Settings,
    corpus: Path,
    queries: Path,
    *,
    k: int,
    write: Callable[[Sequence[Mapping[str, object]]], None],
    bad: Callable[[Path, int, str], None],
    progress: Callable[[int, int], None],
) -> None:
    """Rank a foreign collection in memory."""
    from assistant.adapters.memory_index import MemoryIndex
    from assistant.workflows.search_corpus import search_corpus

    embedder = build_embedder(settings)
    index = MemoryIndex(embedder.fingerprint)
    search_corpus(
        corpus,
        queries,
        embedder=embedder,
        index=index,
        k=k,
        write=write,
        bad=bad,
        progress=progress,
        asker=asker_of(settings, embedder),
    )


def train_brand(
    settings: Settings,
    pack: Pack,
    *,
    progress: Callable[[int, int], None],
    validation: Path | None = None,
    takes_over: "TakesOver",
) -> "Trained":
    """Fit the brand's heads, from what people relabelled too; what is up to date already is left as it is.

    Raises `TrainingUnderWay` where somebody else trains it.
    """
    from assistant.adapters.followed_file import TrainingFile
    from assistant.workflows.train import train_pack

    out = models_dir(settings, pack)
    with closing(build_store(settings)) as store, store.read() as look:
        pack = taught(pack, look.relabels(brand_id=pack.brand.id))
    with TrainingFile(out).alone(), closing(cached_embedder(settings, "train", wide=True)) as embedder:
        return train_pack(
            pack,
            embedder=embedder,
            out=out,
            progress=progress,
            validation=validation,
            takes_over=takes_over,
            tongues=_tongues(settings, pack.brand.languages),
        )


def validation_of(knowledge: Path) -> Path | None:
    """The rows of a pack that every new model of it is measured on and none learns; None where it has none."""
    path = knowledge / "validation.jsonl"
    return path if path.is_file() else None


def _tongues(settings: Settings, languages: Sequence[str]) -> "Tongues":
    """Of the languages a brand uses; without any, of those most often written."""
    from assistant.adapters.lingua import NEIGHBOURS, Lingua
    from assistant.workflows.train import Tongues

    return Tongues(Lingua(languages or NEIGHBOURS), read_by_meaning(settings))


def train_labels(
    settings: Settings,
    examples: Path,
    out: Path,
    *,
    validation: Path | None,
    progress: Callable[[int, int], None],
) -> "Trained":
    """Fit any label set into `out`; the heads that hold for every brand are fitted by who first reads with it."""
    from assistant.workflows.train import train_file

    with closing(cached_embedder(settings, "train", wide=True)) as embedder:
        tongues = _tongues(settings, ())
        return train_file(
            examples,
            validation=validation,
            embedder=embedder,
            out=out,
            progress=progress,
            tongues=tongues,
        )


def train_neutral(settings: Settings, embedder: Embedder, *, progress: Callable[[int, int], None]) -> None:
    """Fit the heads that hold for every brand, unless they are there; shipped texts embedded before aren't again."""
    from assistant.adapters.vector_cache import CachedEmbedder
    from assistant.workflows.train import train_states
    from assistant.workflows.train_steps import Steps

    with closing(CachedEmbedder(embedder, cache_file(settings, "train"))) as cached:
        train_states(None, embedder=cached, out=neutral_dir(settings), steps=Steps(progress))


def _log_damage(why: str) -> None:
    log.warning("index_built_again", why=why)


def index_or_mend(
    settings: Settings, pack: Pack, *, progress: "Progress", damaged: Callable[[str], None] = _log_damage
) -> "Built":
    """Bring the index up to date, and build a damaged one afresh; `damaged` is told why. Raises as `index_brand` does.

    One that can be read stays whatever happens: a full disk doesn't cost the index that serves.
    """
    try:
        return index_brand(settings, pack, rebuild=False, progress=progress)
    except IndexUnreadable:
        damage = _damage_of(settings, pack)
        if damage is None:
            raise
        damaged(str(damage))
    return index_brand(settings, pack, rebuild=True, progress=progress)


def mend_index(settings: Settings, pack: Pack) -> bool:
    """Build a damaged index again from the article versions in the store; whether that was needed.

    One that is away, or whose embedder is, is waited for. Raises `IndexOfAnotherModel` as a setting may be wrong,
    `IndexMissing` where nothing was indexed yet, and what is wrong with the index where the store holds no articles or
    the folder holds somebody else's files.
    """
    try:
        damage = _damage_of(settings, pack)
    except (IndexAway, ModelUnavailable) as away:
        log.warning("index_away", problem=str(away))
        return False
    if damage is None:
        return False
    with closing(build_store(settings)) as store, store.read() as look:
        kept = tuple(each.article for each in look.current_articles(pack.brand.id))
    if not kept:
        raise damage
    log.warning("index_damaged", why=str(damage), articles=len(kept))
    known = pack.model_copy(update={"articles": kept})
    built = index_brand(settings, known, rebuild=True, progress=quiet)
    log.warning("index_rebuilt_from_store", articles=built.articles, passages=built.passages)
    return True


def _look_at(index: Library, pack: Pack, vector: Vectors) -> None:
    """Read every collection that is there. Raises `IndexUnreadable` where one is damaged."""
    for readers in all_readers(pack):
        index.of(readers).search([""], vector, k=1)


def _damage_of(settings: Settings, pack: Pack) -> IndexUnreadable | None:
    """What keeps the index from being searched; None where nothing does."""
    embedder = build_embedder(settings)
    try:
        with closing(build_index(settings, pack, embedder)) as index:
            _look_at(index, pack, embedder.embed([""]))
    except IndexOfAnotherModel:
        raise
    except IndexUnreadable as damage:
        return damage
    return None


def forget_article(settings: Settings, folder: Path, article_id: str, *, progress: "Progress") -> int:
    """Delete an article for good, as below; how many versions there were."""
    return forget_articles(settings, folder, [article_id], by="command line", progress=progress)


def forget_articles(settings: Settings, folder: Path, ids: Sequence[str], *, by: str, progress: "Progress") -> int:
    """Delete articles' files, versions, passages and vectors; how many versions there were. A damaged index is built
    afresh without them.

    Raises `NotFound` where there is none of an id, `PackInvalid` where the pack can't do without one, `OwnedByAnother`
    before anything is deleted where the index can't be written now.
    """
    pack = load_brand(settings, folder)
    _require_writable(settings, pack)
    files = {article.id: folder / article.path for article in pack.articles}
    forgotten = 0
    with closing(build_store(settings)) as store:
        with store.begin() as tx:
            for article_id in ids:
                versions = tx.forget_article(pack.brand.id, article_id)
                if article_id not in files and not versions:
                    raise NotFound("article", article_id, list(files))
                tx.append_audit(
                    brand_id=pack.brand.id,
                    at=utc_now(),
                    actor=by,
                    event="article_forgotten",
                    subject=article_id,
                    facts={"versions": versions},
                )
                forgotten += versions
            for article_id in ids:
                if article_id in files:
                    files[article_id].unlink()
        store.scrub()
    index_or_mend(settings, load_brand(settings, folder), progress=progress)
    cache_file(settings, f"health-{pack.brand.id}").unlink(missing_ok=True)
    return forgotten


def _require_writable(settings: Settings, pack: Pack) -> None:
    with suppress(IndexUnreadable):  # it is built afresh
        build_index(settings, pack, build_embedder(settings), writable=True, patience_s=PATIENCE_S).close()


def cache_file(settings: Settings, name: str) -> Path:
    """Where vectors of that name are kept."""
    return settings.data_dir / "cache" / f"vectors-{name}.sqlite3"


def quiet(done: int, total: int) -> None:
    """Nobody watches."""
