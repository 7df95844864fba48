"""The brand's articles as the API and the console have them: as they were written last, and where they are written."""

from pathlib import Path

from assistant.compose import Assistant
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.errors import InputInvalid, NotFound


def known(assistant: Assistant) -> Pack:
    """The pack with every article as it was written last: this process may take some up in a moment only."""
    articles = dict(assistant.pack.articles_by_id)
    with assistant.require_store().read() as look:
        kept = [each.article for each in look.current_articles(assistant.pack.brand.id)]
    newer = (each for each in kept if each.id not in articles or each.version > articles[each.id].version)
    articles |= {each.id: each for each in newer}
    return assistant.pack.model_copy(update={"articles": tuple(articles.values())})


def article_of(assistant: Assistant, article_id: str) -> Article:
    """The article as it was written last. Raises `NotFound`."""
    found = known(assistant).articles_by_id.get(article_id)
    if found is None:
        raise NotFound("article", article_id)
    return found


def folder_of(assistant: Assistant) -> Path:
    """Where articles are written. Raises `InputInvalid` where this process may write none."""
    if assistant.folder is None:
        raise InputInvalid("this process was started without a folder of articles; write them where they are kept")
    return assistant.folder
