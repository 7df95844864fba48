"""Writes what a source says into a pack: one file an article, drafts until somebody of the brand approves them."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path, PurePosixPath

import yaml

from assistant.domain.knowledge import Article
from assistant.domain.sources import KnowledgeSource
from assistant.domain.value import Value
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.errors import InputInvalid, PackInvalid
from assistant.guardrails.sentences import split_sentences
from assistant.kb.markdown import Block, blocks_of
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_file import REMEDY
from assistant.kb.pack_source import Problems, read_text
from assistant.ports.sources import SourceArticle
from assistant.whole_file import replace_file

_SUMMARY = 300
"""Characters of a summary made from the first sentences of a text."""
_LONGEST_ID = 80
_INTERNAL = re.compile(r"\binternal\b", re.IGNORECASE)
"""In a title this marks what is not for customers; nobody is hurt where it is taken too seriously."""
_NOT_ID = re.compile(r"[^a-z0-9]+")
_ITEM = re.compile(r"^(?:[-*+•]|\d{1,3}[.)])\s+")
_OWNER = "import"


class Imported(Value):
    """Ids of the articles written, by what became of them. `internal` are those taken as for agents only."""

    added: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    internal: tuple[str, ...] = ()


class Defaults(Value):
    """What holds where a source doesn't say."""

    area: str
    language: str
    audience: Audience = Audience.PUBLIC
    status: ArticleStatus = ArticleStatus.DRAFT
    on: date


def import_articles(pack: Path, found: Sequence[SourceArticle], defaults: Defaults) -> Imported:
    """Write each article to `articles/<area>/<id>.md`.

    Read again from the same source, an article with the same text stays as it is, whatever was edited in its front
    matter, but for what the source itself says of dates and questions; one with another text becomes the next version,
    and a draft again, and approved wording for the old text goes. What the source, or the pack for all of it, keeps
    from customers is kept from them, whatever was edited. Raises `Infrastructure` where the pack can't be written,
    `InputInvalid` where most of the articles were imported into another area before, and `PackInvalid` where a file
    to be written has mistakes: what somebody wrote in it is not lost.
    """
    folder = pack / "articles" / slug(defaults.area)
    found = list({each.key: each for each in found}.values())
    _require_new(pack, folder, found)
    ids = _ids(found, folder, taken={path.stem for path in pack.glob("articles/**/*.md") if path.parent != folder})
    _require_sound(pack, [folder / f"{article_id}.md" for article_id in ids])
    done: dict[str, list[str]] = {"added": [], "changed": [], "unchanged": [], "internal": []}
    for article_id, each in zip(ids, found, strict=True):
        path = folder / f"{article_id}.md"
        old = _read(path)
        article = _article(article_id, each, defaults, old)
        if article.audience is Audience.AGENTS:
            done["internal"].append(article_id)
        if old is not None and _says_the_same(old, article):
            done["unchanged"].append(article_id)
            continue
        write_article(path, article)
        done["added" if old is None else "changed"].append(article_id)
    return Imported(**{name: tuple(ids) for name, ids in done.items()})


def _require_new(pack: Path, folder: Path, found: Sequence[SourceArticle]) -> None:
    """Nobody is to read everything twice because a source was given another name than its area has."""
    if folder.is_dir():
        return
    there = {(article.title, article.body): path.parent.name for path, article in _imported(pack)}
    areas = [area for each in found if (area := there.get((_line(each.title), _clean(each.body))))]
    if 2 * len(areas) > len(found):
        where = " and ".join(f"articles/{area}" for area in sorted(set(areas)))
        raise InputInvalid(
            f"{len(areas)} of {len(found)} articles stand in {where} already; "
            "give that area's name (--area, or `name:` in sources.yaml), or remove it first"
        )


def _require_sound(pack: Path, paths: Sequence[Path]) -> None:
    problems = Problems()
    for path in paths:
        name = path.relative_to(pack).as_posix()
        if path.exists() and (text := read_text(pack, name, problems)) is not None:
            parse_article(name, text, problems)
    if problems.found:
        raise PackInvalid(problems.in_order())


def _imported(pack: Path) -> Iterator[tuple[Path, Article]]:
    for path in sorted(pack.glob("articles/*/*.md")):
        if (article := _read(path)) is not None and article.sources:
            yield path, article


def articles_of_area(pack: Path, area: str) -> Mapping[str, str]:
    """Ids of the articles imported into an area, each with its origin; what people wrote there themselves is not among
    them.
    """
    found = {path.stem: _read(path) for path in (pack / "articles" / slug(area)).glob("*.md")}
    return {name: article.sources[0] for name, article in found.items() if article is not None and article.sources}


def read_from(article: Article, sources: Sequence[KnowledgeSource]) -> str:
    """The source whose next reading writes this article again; empty where only people do."""
    area = PurePosixPath(article.path).parent.name
    return next((each.name for each in sources if article.sources and slug(each.name) == area), "")


def article_file(article: Article) -> str:
    """The file as an author would write it."""
    fields = article.model_dump(mode="json", exclude={"body", "path", "replies"})
    fields["replies"] = [
        {"for": list(reply.channels), **reply.model_dump(mode="json", exclude={"channels"})}
        for reply in article.replies
    ]
    front = yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=100)
    return f"---\n{front}---\n{article.body}\n"


def write_article(path: Path, article: Article) -> None:
    """Write that file, whole or not at all. Raises `Infrastructure`."""
    replace_file(path, article_file(article).encode(), remedy=REMEDY)


def slug(text: str) -> str:
    """Lower-case words joined by hyphens, at most 80 characters; a hash where no letter or digit is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = _NOT_ID.sub("-", plain).strip("-")
    return words[:_LONGEST_ID].strip("-") or _short_hash(text)


def _ids(found: Sequence[SourceArticle], folder: Path, taken: set[str]) -> list[str]:
    """One id each, from the key; keys that look alike, and ids of other areas, get a hash behind them.

    An id an article has already stays its own.
    """
    slugs = [slug(each.key) for each in found]
    often = Counter(slugs)
    ids: list[str] = []
    used: set[str] = set()
    for name, each in zip(slugs, found, strict=True):
        hashed = f"{name}-{_short_hash(each.key)}"
        own = f"{name}-{_short_hash(f'{folder.name}/{each.key}')}"
        alike = [one for other, one in zip(slugs, found, strict=True) if other == name] if often[name] > 1 else [each]
        plain = len(alike) == 1 or _owner(folder / f"{name}.md", alike) is each
        wanted = [name, hashed, own] if plain else [hashed, own]
        free = [one for one in wanted if one not in taken and one not in used]
        there = [one for one in free if (folder / f"{one}.md").is_file()]
        its = (one for one in there if len(there) > 1 and _is_from(_read(folder / f"{one}.md"), each))
        ids.append(next(its, (*there, free[0])[0]))
        used.add(ids[-1])
    return ids


def _owner(path: Path, alike: Sequence[SourceArticle]) -> SourceArticle | None:
    """Which of these the article there came from: rows move, so where no origin tells, its title does."""
    old = _read(path)
    if old is None:
        return None
    titled = (each for each in alike if old.title == _line(each.title))
    return next((each for each in alike if _is_from(old, each)), next(titled, None))


def _is_from(old: Article | None, each: SourceArticle) -> bool:
    return old is not None and old.sources[:1] == (_line(each.origin),)


def _says_the_same(old: Article, article: Article) -> bool:
    said = ("audience", "questions", "valid_from", "valid_until", "review_by")
    return _same_text(old, article) and all(getattr(old, name) == getattr(article, name) for name in said)


def _same_text(old: Article, article: Article) -> bool:
    return (old.title, old.body) == (article.title, article.body)


def _article(article_id: str, each: SourceArticle, defaults: Defaults, old: Article | None) -> Article:
    title = _line(each.title) or article_id
    internal = _INTERNAL.search(title) is not None
    body = _clean(each.body)
    starts = each.valid_from or defaults.on
    made = Article(
        id=article_id,
        title=title,
        summary=_line(each.summary) or _summary(body) or title,
        status=defaults.status,
        audience=each.audience or (Audience.AGENTS if internal else defaults.audience),
        language=each.language or defaults.language,
        valid_from=min(starts, each.valid_until or starts),
        valid_until=each.valid_until,
        review_by=each.review_by,
        owner=each.owner or _OWNER,
        version=1,
        questions=tuple(question for question in dict.fromkeys(map(_line, each.questions)) if question),
        sources=(_line(each.origin),),
        body=body,
    )
    return made if old is None else _following(made, old, each, defaults)


def _following(made: Article, old: Article, each: SourceArticle, defaults: Defaults) -> Article:
    """The next version: what the source doesn't say stays as people wrote it, and all of it under the same text."""
    starts, until = each.valid_from or old.valid_from, each.valid_until or old.valid_until
    followed = made.model_copy(
        update={
            "audience": _narrower(old, made, each.audience or defaults.audience),
            "owner": old.owner,
            "regions": old.regions,
            "products": old.products,
            "intents": old.intents,
            "questions": tuple(dict.fromkeys((*old.questions, *made.questions))),
            "valid_from": min(starts, until or starts),
            "valid_until": until,
            "review_by": each.review_by or old.review_by,
            "version": old.version + 1,
        }
    )
    if not _same_text(old, followed):
        return followed
    kept = ("title", "body", "audience", "questions", "valid_from", "valid_until", "review_by", "version")
    return old.model_copy(update={name: getattr(followed, name) for name in kept})


def _narrower(old: Article, made: Article, said: Audience) -> Audience:
    """Who may read it: fewer where its source or the pack says so now, or its title does and didn't; never more."""
    newly = _INTERNAL.search(made.title) and not _INTERNAL.search(old.title)
    return max(old.audience, Audience.AGENTS if newly else said, key=list(Audience).index)


def says_nothing(each: SourceArticle) -> bool:
    """Whether nothing of its text can be kept: a PDF's own letters may read as control characters."""
    return not _clean(each.body)


def _summary(body: str) -> str:
    """The first sentences of the text, in plain words."""
    blocks = [block for block in blocks_of(body) if isinstance(block, Block) and not block.table]
    lines = [_ITEM.sub("", line) for block in blocks for line in block.lines]
    kept = ""
    for sentence in (sentence for line in lines for sentence in split_sentences(line)):
        if kept and len(kept) + len(sentence) > _SUMMARY:
            break
        kept = f"{kept} {sentence}".strip()
        if len(kept) > _SUMMARY // 2:
            break
    return kept if len(kept) <= 2 * _SUMMARY else f"{kept[:_SUMMARY].rsplit(' ', 1)[0]} …"


def _line(text: str) -> str:
    return " ".join(_clean(text).split())


def _clean(body: str) -> str:
    """No carriage returns and no characters a file of text can't hold."""
    text = body.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode()
    return "".join(letter for letter in text if letter in "\n\t" or unicodedata.category(letter) != "Cc").strip()


def _read(path: Path) -> Article | None:
    """The article that is there, as the pack reads it; None where there is none, or one with mistakes."""
    text = read_text(path.parent, path.name, Problems())
    entry = parse_article(path.name, text, Problems()) if text is not None else None
    return entry.value if entry else None


def _short_hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
