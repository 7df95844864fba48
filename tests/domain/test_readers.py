"""Who may read an article: by audience, language, region and product."""

import pytest

from assistant.domain.knowledge import Article
from assistant.domain.readers import Readers, agents_of, all_readers, anybody, readers_on
from assistant.domain.vocabulary import Audience, Visibility
from tests import pipeline_builders as build
from tests.builders import an_article

PUBLIC, CUSTOMERS, AGENTS = (Readers(language="en", audience=audience) for audience in Audience)


@pytest.mark.parametrize(
    ("article", "readers", "may"),
    [
        (an_article("a"), PUBLIC, True),
        (an_article("a"), CUSTOMERS, True),
        (an_article("a"), AGENTS, True),
        (an_article("a", audience=Audience.CUSTOMERS), PUBLIC, False),
        (an_article("a", audience=Audience.CUSTOMERS), CUSTOMERS, True),
        (an_article("a", audience=Audience.CUSTOMERS), AGENTS, True),
        (an_article("a", audience=Audience.AGENTS), PUBLIC, False),
        (an_article("a", audience=Audience.AGENTS), CUSTOMERS, False),
        (an_article("a", audience=Audience.AGENTS), AGENTS, True),
        (an_article("a", language="de"), PUBLIC, False),
        (an_article("a", regions=("ie", "uk")), PUBLIC, False),
        (an_article("a", regions=("ie", "uk")), Readers(language="en", region="uk"), True),
        (an_article("a", regions=("ie",)), Readers(language="en", region="uk"), False),
        (an_article("a", regions=("ie",)), AGENTS, True),
        (an_article("a", products=("loans",)), Readers(language="en", product="cards"), False),
        (an_article("a", products=("loans",)), Readers(language="en", product="loans", region="ie"), True),
    ],
)
def test_who_may_read(article: Article, readers: Readers, may: bool) -> None:
    assert readers.may_read(article) is may


def test_a_channel_says_who_reads_there() -> None:
    pack = build.pack(articles=(build.article(),))
    channels = tuple(channel.model_copy(update={"region": "ie"}) for channel in pack.channels)
    pack = pack.model_copy(update={"channels": channels})
    name = channels[0].name
    assert readers_on(pack, name, Visibility.PUBLIC, language="en") == Readers(language="en", region="ie")
    private = readers_on(pack, name, Visibility.PRIVATE, language="xx")
    assert private == Readers(language="en", audience=Audience.CUSTOMERS, region="ie")
    assert readers_on(pack, "none-such", Visibility.PUBLIC, language="en") == anybody(pack)
    everybody = all_readers(pack)
    assert everybody[0] == anybody(pack)
    assert everybody[-1] == agents_of(pack)
    assert private in everybody
    assert len({readers.name for readers in everybody}) == len(everybody)
