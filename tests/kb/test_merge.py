"""Whatever two articles say, what they become says all of it."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.knowledge import Article
from assistant.guardrails.sentences import split_sentences
from assistant.guardrails.words import words
from assistant.kb.markdown import Block, blocks_of
from assistant.kb.merge import Written, merged
from assistant.kb.pack_source import Source
from tests.builders import an_article

PIECES = (
    "# Top",
    "## Size",
    "### Small",
    "One bag is free.",
    "- Wheels count.\n- Handles count.",
    "It is blue.",
    "```\na\n\nb\n```",
)
bodies = st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("\n\n".join)


def said(text: str) -> set[str]:
    lines = [line for block in blocks_of(text) if isinstance(block, Block) for line in block.lines]
    return {" ".join(words(sentence)) for line in lines for sentence in split_sentences(line)}


def written(article: Article) -> Written:
    return Written(article, Source("articles/a.md", f"id: {article.id}"), article.body)


@given(mine=bodies, theirs=bodies)
def test_nothing_is_lost_and_the_second_time_nothing_is_new(mine: str, theirs: str) -> None:
    keep, other = an_article("keep", body=mine), an_article("other", body=theirs)
    found = merged(written(keep), written(other), on=date(2026, 11, 22))
    assert found.article.body.startswith(mine)
    assert said(mine) | said(theirs) <= said(found.article.body)
    assert merged(written(found.article), written(other), on=date(2026, 11, 22)).text == ""
