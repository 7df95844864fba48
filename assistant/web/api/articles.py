"""Articles: list them, read one with its file, write a new one or the next version of one."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from assistant.compose import Assistant
from assistant.domain.knowledge import Article
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.errors import InputInvalid, PackInvalid
from assistant.web.articles import article_of, folder_of, known
from assistant.web.deps import Name, TheAssistant, Words
from assistant.workflows.edit_article import LONGEST, keep_article, mark_of, source_of

router = APIRouter(prefix="/knowledge/articles")


class ArticleListed(BaseModel):
    """What a list says of an article; dates are inclusive, in the brand's time zone."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    title: str
    summary: str
    status: ArticleStatus
    audience: Audience
    language: str
    owner: str
    version: int
    valid_from: date
    valid_until: date | None
    review_by: date | None


class ArticlePage(BaseModel):
    """A page by id. `next` is the `after` of the following page, null at the end."""

    items: list[ArticleListed]
    next: str | None


class ArticleFile(BaseModel):
    """An article and the Markdown file it stands in; `seen` is that text's mark, which a change of it names.

    Both are null where this process was started without the folder of articles.
    """

    article: Article
    text: str | None
    seen: str | None


class NewArticleIn(BaseModel):
    """The whole file: front matter and Markdown. Its version is counted here."""

    model_config = ConfigDict(extra="forbid")

    text: Words = Field(max_length=LONGEST)
    by: Name


class ChangedArticleIn(NewArticleIn):
    """The whole file as it shall be; `seen` is the mark of the text it was made from."""

    seen: str = Field(max_length=40)


@router.get("")
def list_articles(
    assistant: TheAssistant,
    after: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> ArticlePage:
    """Every article as it was written last, drafts and those no longer told, too."""
    found = sorted((each for each in known(assistant).articles if each.id > after), key=lambda each: each.id)
    items = [ArticleListed.model_validate(each) for each in found[:limit]]
    return ArticlePage(items=items, next=items[-1].id if len(found) > limit else None)


@router.get("/{article_id}")
def read_article(article_id: str, assistant: TheAssistant) -> ArticleFile:
    """The article as it was written last."""
    article = article_of(assistant, article_id)
    text = source_of(assistant.folder, article) if assistant.folder is not None else None
    return ArticleFile(article=article, text=text, seen=mark_of(text) if text is not None else None)


@router.post("", status_code=201)
def write_article(given: NewArticleIn, assistant: TheAssistant) -> ArticleFile:
    """Keep a new article; customers hear it within seconds, once a worker has indexed it, where its status allows.

    409 where there is one of that id, 422 with file and line of each mistake.
    """
    return _kept(assistant, given.text, article_id=None, seen="", by=given.by)


@router.put("/{article_id}")
def change_article(article_id: str, given: ChangedArticleIn, assistant: TheAssistant) -> ArticleFile:
    """Keep the text as the article's next version. 409 where it changed since `seen`, 422 with each mistake."""
    return _kept(assistant, given.text, article_id=article_id, seen=given.seen, by=given.by)


def _kept(assistant: Assistant, text: str, *, article_id: str | None, seen: str, by: str) -> ArticleFile:
    try:
        kept = keep_article(
            text,
            article_id=article_id,
            seen=seen,
            pack=known(assistant),
            folder=folder_of(assistant),
            store=assistant.require_store(),
            agent=by,
            clock=assistant.clock,
        )
    except PackInvalid as wrong:  # what was sent, not what the service stands on
        raise InputInvalid("; ".join(wrong.problems)) from wrong
    return read_article(kept.id, assistant)
