"""Turns drafts of a pack into approved articles, once somebody of the brand has read them."""

from collections.abc import Collection
from pathlib import Path

from assistant.domain.gaps import UNWRITTEN
from assistant.domain.vocabulary import ArticleStatus
from assistant.errors import InputInvalid, NotFound, PackInvalid
from assistant.kb.import_articles import write_article
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_source import Problems, read_text


def approve(pack: Path, article_ids: Collection[str] | None) -> tuple[str, ...]:
    """Approve these articles, or every draft where None; the ids that were drafts, in order of their files.

    A draft that still waits for its answer is left one. Raises `NotFound` where an id is no article of the pack,
    `InputInvalid` where the one named waits for its answer, `PackInvalid` where a file has mistakes.
    """
    problems = Problems()
    entries = []
    for path in sorted(pack.glob("articles/**/*.md")):
        name = path.relative_to(pack).as_posix()
        text = read_text(pack, name, problems)
        entry = parse_article(name, text, problems) if text is not None else None
        if entry:
            entries.append((path, entry.value))
    if problems.found:
        raise PackInvalid(problems.in_order())
    known = {article.id for _, article in entries}
    for wanted in article_ids or ():
        if wanted not in known:
            raise NotFound("article", wanted, sorted(known))
    drafts = [
        (path, article)
        for path, article in entries
        if article.status is ArticleStatus.DRAFT and (article_ids is None or article.id in article_ids)
    ]
    written = [(path, article) for path, article in drafts if UNWRITTEN not in article.body]
    if article_ids is not None and len(written) < len(drafts):
        waiting = next(article.id for _, article in drafts if UNWRITTEN in article.body)
        raise InputInvalid(f"{waiting}: nobody has written its answer yet; write it, then approve it")
    for path, article in written:
        write_article(path, article.model_copy(update={"status": ArticleStatus.APPROVED}))
    return tuple(article.id for _, article in written)
