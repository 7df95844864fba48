"""Approved wording a channel takes."""

from assistant.domain.knowledge import ApprovedReply, Article
from assistant.guardrails.fit import is_short


def fitting(article: Article, *, channel: str, visibility: str) -> list[ApprovedReply]:
    """The article's approved replies that this channel takes."""
    kinds = {channel, "any"} | ({"short"} if is_short(channel) else set())
    return [reply for reply in article.replies if kinds & set(reply.channels) and reply.visibility == visibility]
