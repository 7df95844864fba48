"""An article is written or changed where it is read: tried on questions first, then kept as the next version."""

import hashlib
import re
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import numpy as np

from assistant.domain.article_history import ArticleVersion, content_hash
from assistant.domain.brand import Pack
from assistant.domain.gaps import UNWRITTEN
from assistant.domain.knowledge import Article, Evidence
from assistant.domain.readable import readable
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus
from assistant.errors import Conflict, InputInvalid, NotFound, PackInvalid
from assistant.kb.import_articles import article_file, slug
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_file import put_into_pack
from assistant.kb.pack_source import Problems, read_text
from assistant.kb.split import split
from assistant.ports import Clock, Embedder, PassageIndex, Store

RIVALS = 5
"""Passages of other articles a test question is compared with: the best the index holds today."""
MOST_QUESTIONS = 20
LONGEST = 200_000
"""Characters of an article's file."""
_VERSION = re.compile(r"^version:[^\n]*$", re.MULTILINE)
_NEW_FOLDER = "articles/new"


class Tried(Value):
    """One question put to the edited text. `place` counts from 1 among the best passages of other articles;
    `instead` names the article that would be found before it, where one would."""

    question: str
    place: int
    likeness: float
    instead: str = ""


class Trial(Value):
    """What the edited file is: `article` None where it has mistakes, which `problems` name by line."""

    article: Article | None
    problems: tuple[str, ...] = ()


def blank(pack: Pack, owner: str, on: date) -> str:
    """The file of a new article, a draft that waits for its words."""
    return article_file(
        Article(
            id="new-article",
            title="What it is about",
            summary="What it says, in one sentence.",
            status=ArticleStatus.DRAFT,
            language=pack.brand.answers_in[0],
            valid_from=on,
            owner=owner,
            version=1,
            questions=("How do customers ask for it?",),
            body=UNWRITTEN,
        )
    )


def source_of(folder: Path, article: Article) -> str:
    """The article's file as its authors wrote it. Raises `NotFound` where it is gone."""
    text = read_text(folder, article.path, Problems())
    if text is None:
        raise NotFound("article file", article.path)
    return text


def mark_of(text: str) -> str:
    """What a page remembers of the file it began with, so that a change by somebody else is noticed."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def read_as_article(text: str, *, name: str) -> Trial:
    """Read the text as the file `name`. Nothing is kept."""
    problems = Problems()
    entry = parse_article(name, _clean(text), problems)
    if entry is None or problems.found:
        return Trial(article=None, problems=problems.in_order())
    return Trial(article=entry.value)


def put_to(
    article: Article,
    questions: Sequence[str],
    *,
    embedder: Embedder,
    index: PassageIndex,
    asker: Embedder | None = None,
) -> tuple[Tried, ...]:
    """Put the given questions and its own to an article, the first `MOST_QUESTIONS` of them. Nothing is kept.

    `asker` embeds questions where `embedder` doesn't.
    """
    every = dict.fromkeys(each.strip() for each in (*questions, *article.questions) if each.strip())
    asked, texts = list(every)[:MOST_QUESTIONS], [each.text for each in split(article)]
    if not asked or not texts:
        return ()
    vectors = (asker or embedder).embed(asked)
    own = embedder.embed(texts)
    found = index.search(asked, vectors, k=RIVALS * 3)
    return tuple(
        _placed(question, vector, own, _rivals(evidence, article.id), embedder)
        for question, vector, evidence in zip(asked, vectors, found, strict=True)
    )


def _rivals(evidence: Evidence, article_id: str) -> list[tuple[str, str]]:
    others = [(hit.passage.title, hit.passage.text) for hit in evidence.hits if hit.passage.article_id != article_id]
    return others[:RIVALS]


def _placed(
    question: str, vector: np.ndarray, own: np.ndarray, rivals: Sequence[tuple[str, str]], embedder: Embedder
) -> Tried:
    likeness = float((own @ vector).max())
    before: list[tuple[float, str]] = []
    if rivals:
        cosines = embedder.embed([text for _, text in rivals]) @ vector
        pairs = zip(cosines.tolist(), rivals, strict=True)
        before = sorted((cosine, title) for cosine, (title, _) in pairs if cosine > likeness)
    instead = before[-1][1] if before else ""
    return Tried(question=question, place=len(before) + 1, likeness=round(max(0.0, likeness), 3), instead=instead)


def keep_article(
    text: str, *, article_id: str | None, seen: str, pack: Pack, folder: Path, store: Store, agent: str, clock: Clock
) -> Article:
    """Write the file as the next version and keep that version in the store; customers see it once it is indexed.

    `article_id` None writes a new article; `seen` is the mark of the file the edit began with. Raises `PackInvalid`
    with every mistake, `Conflict` where somebody else changed it meanwhile.
    """
    if len(text) > LONGEST:
        raise InputInvalid(f"article: {LONGEST} characters at most")
    problems = Problems()
    old = pack.articles_by_id.get(article_id) if article_id is not None else None
    if article_id is not None and old is None:
        raise NotFound("article", article_id)
    entry = parse_article(old.path if old else "article.md", _clean(text), problems)
    if entry is None or problems.found:
        raise PackInvalid(problems.in_order())
    name = old.path if old else f"{_NEW_FOLDER}/{entry.value.id}.md"
    before = read_text(folder, name, Problems()) if (folder / name).exists() else None
    _unchanged(entry.value, old, before, seen, pack)
    version = _next_version(name, before)
    numbered = _VERSION.sub(f"version: {version}", _clean(text), count=1)
    put_into_pack(folder, name, numbered)
    article = entry.value.model_copy(update={"version": version, "path": name})
    _record(article, pack=pack, store=store, agent=agent, at=clock(), new=old is None)
    return article


def _unchanged(new: Article, old: Article | None, before: str | None, seen: str, pack: Pack) -> None:
    if old is not None and new.id != old.id:
        raise InputInvalid(f"article: its id stays {old.id}; other files name it")
    if new.id != slug(new.id):
        raise InputInvalid(f"article: an id is lower-case words joined by hyphens, as {slug(new.id)}")
    if old is None and (before is not None or new.id in pack.articles_by_id):
        raise Conflict(f"there is an article {new.id} already; give it another id")
    if old is not None and before is None:
        raise Conflict(f"somebody removed {old.id} while you wrote; give your words another id")
    if before is not None and mark_of(before) != seen:
        raise Conflict("somebody else changed this article while you wrote; load it again and put your words in")


def _next_version(name: str, before: str | None) -> int:
    entry = parse_article(name, before, Problems()) if before is not None else None
    return entry.value.version + 1 if entry else 1


def _record(article: Article, *, pack: Pack, store: Store, agent: str, at: datetime, new: bool) -> None:
    brand_id = pack.brand.id
    kept = ArticleVersion(brand_id=brand_id, article=article, content_hash=content_hash(article), seen_at=at)
    with store.begin() as tx:
        tx.add_article_version(kept)
        tx.append_audit(
            brand_id=brand_id,
            at=at,
            actor=agent,
            event="article_written" if new else "article_edited",
            subject=article.id,
            facts={"version": article.version},
        )


def _clean(text: str) -> str:
    """Characters and line ends as files have them."""
    return readable(text).replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
