"""Approved wording a channel takes, and what of it fits a message."""

from collections.abc import Iterable, Iterator

from assistant.domain.brand import Pack
from assistant.domain.conversation import Conversation
from assistant.domain.cues import asks
from assistant.domain.knowledge import ApprovedReply, Article
from assistant.domain.sensitivity import from_scratch, may_be_thanked
from assistant.domain.turn import Turn
from assistant.guardrails.fit import is_short
from assistant.guardrails.templates import fill, values_of


def fitting(article: Article, *, talk: Conversation, turn: Turn | None, pack: Pack) -> list[ApprovedReply]:
    """The article's approved replies that this channel takes, their fields filled with what the message says; one that
    nothing fills stays for the agent to see."""
    kinds = {talk.channel, "any"} | ({"short"} if is_short(pack.network_of(talk.channel)) else set())
    values = values_of(turn.mention) if turn else {}
    told = [each for each in article.replies if kinds & set(each.channels) and each.visibility == talk.visibility]
    return [each.model_copy(update={"text": fill(each.text, values) or each.text}) for each in told]


def suited(turn: Turn, articles: Iterable[Article], *, pack: Pack) -> Iterator[Article]:
    """Those of the articles whose wording suits the message: thanks for praise alone, answers for what is asked.

    None where a person writes from scratch.
    """
    read = turn.understanding
    if read is not None and from_scratch(turn.mention, read):
        return
    pleased = read is not None and may_be_thanked(read)
    for article in articles:
        if pleased if pack.only_thanks(article) else (not pleased or asks(turn.mention.text)):
            yield article


def out_of_place(article: Article, turn: Turn, *, pack: Pack) -> bool:
    """Cheer, where a person writes from scratch: not even to be found."""
    read = turn.understanding
    return pack.only_thanks(article) and read is not None and bool(from_scratch(turn.mention, read))
