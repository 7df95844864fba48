"""Two articles that say the same become one: the kept one gets its next version, the other is withdrawn."""

from pathlib import Path

from assistant.domain.article_history import ArticleVersion, content_hash
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.errors import ArticlesDiffer, Conflict, Infrastructure, InputInvalid, NotFound, PackInvalid
from assistant.kb.import_articles import read_from, write_article
from assistant.kb.merge import Merge, Written, merged
from assistant.kb.pack import load_pack
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_source import Problems, read_text
from assistant.ports import Clock, Store
from assistant.workflows.keep_articles import keep_articles


def look_at_merge(keep: str, merge: str, *, folder: Path, clock: Clock) -> Merge:
    """What merging them would make of the folder's articles; nothing is changed. Raises `NotFound`, `InputInvalid`."""
    if keep == merge:
        raise InputInvalid(f"an article can't be merged into itself: {keep}")
    pack = load_pack(folder)
    return merged(_written(pack, folder, keep), _written(pack, folder, merge), on=pack.brand.day(clock()))


def merge_articles(keep: str, merge: str, *, seen: str, folder: Path, store: Store, agent: str, clock: Clock) -> Merge:
    """Do what was looked at: one file gets the next version, the other goes; every version stays in the store.

    Customers are told the new article once it is indexed. Raises `ArticlesDiffer` with every reason against it,
    `Conflict` where a file is no longer what `seen` is the mark of.
    """
    found = look_at_merge(keep, merge, folder=folder, clock=clock)
    if found.seen != seen:
        raise Conflict("somebody changed one of these articles meanwhile; look at the merge again")
    if found.refused:
        raise ArticlesDiffer(found.refused)
    pack = load_pack(folder)
    keep_articles(pack, store=store, clock=clock)
    gone = pack.articles_by_id[merge]
    written = _write(folder, found.article, gone)
    done = found.model_copy(update={"article": written})
    _record(done, pack.brand.id, store=store, agent=agent, clock=clock)
    return done


def _written(pack: Pack, folder: Path, article_id: str) -> Written:
    article = pack.articles_by_id.get(article_id)
    text = read_text(folder, article.path, Problems()) if article else None
    entry = parse_article(article.path, text, Problems()) if article and text is not None else None
    if entry is None or text is None:
        raise NotFound("article", article_id, [each.id for each in pack.articles])
    return Written(entry.value, entry.source, text, read_from(entry.value, pack.sources))


def _write(folder: Path, kept: Article, gone: Article) -> Article:
    """Both files or neither, and only where the pack as a whole still holds; the kept one as it is read from now on."""
    before = {name: (folder / name).read_bytes() for name in (kept.path, gone.path)}
    try:
        write_article(folder / kept.path, kept)
        (folder / gone.path).unlink()
        pack = load_pack(folder)
    except (OSError, Infrastructure, PackInvalid) as problem:
        for name, content in before.items():
            (folder / name).write_bytes(content)
        if isinstance(problem, OSError):
            raise Infrastructure(f"{folder}: {problem.strerror or problem}; give a folder to write in") from problem
        raise
    return pack.articles_by_id[kept.id]


def _record(found: Merge, brand_id: str, *, store: Store, agent: str, clock: Clock) -> None:
    article, at = found.article, clock()
    version = ArticleVersion(brand_id=brand_id, article=article, content_hash=content_hash(article), seen_at=at)
    facts = {"merged": found.merge, "version": article.version}
    with store.begin() as tx:
        tx.add_article_version(version)
        tx.withdraw_article(brand_id, found.merge, at=at)
        tx.append_audit(brand_id=brand_id, at=at, actor=agent, event="articles_merged", subject=found.keep, facts=facts)
