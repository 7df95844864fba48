"""Whom something is told, and what these may read."""

from collections.abc import Mapping

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.domain.value import Value
from assistant.domain.vocabulary import Audience, Visibility

_READ_BY: Mapping[Audience, frozenset[Audience]] = {
    Audience.PUBLIC: frozenset({Audience.PUBLIC}),
    Audience.CUSTOMERS: frozenset({Audience.PUBLIC, Audience.CUSTOMERS}),
    Audience.AGENTS: frozenset(Audience),
}


class Readers(Value):
    """Those who read one language, in public, in private or at the desk.

    `region` and `product` are those of the channel they write on; without one, only what holds for all is read. Agents
    read what holds anywhere.
    """

    language: str
    audience: Audience = Audience.PUBLIC
    region: str = ""
    product: str = ""

    @property
    def name(self) -> str:
        """A name of their own among all of a brand."""
        region = f"-region-{self.region}" if self.region else ""
        product = f"-product-{self.product}" if self.product else ""
        return f"{self.audience.value}-{self.language}{region}{product}"

    def may_read(self, article: Article) -> bool:
        """Whether it is for them, whatever day it is."""
        if article.language != self.language or article.audience not in _READ_BY[self.audience]:
            return False
        if self.audience is Audience.AGENTS:
            return True
        return _holds(article.regions, self.region) and _holds(article.products, self.product)


def anybody(pack: Pack) -> Readers:
    """Everybody, in the brand's first language."""
    return Readers(language=pack.brand.answers_in[0])


def readers_on(pack: Pack, channel: str, visibility: Visibility, *, language: str) -> Readers:
    """Who reads an answer there; in the brand's first language where it has no articles in this one."""
    policy = pack.channel(channel)
    return Readers(
        language=language if language in pack.told_in.intersection(pack.brand.answers_in) else pack.brand.answers_in[0],
        audience=Audience.CUSTOMERS if visibility is Visibility.PRIVATE else Audience.PUBLIC,
        region=policy.region if policy else "",
        product=policy.product if policy else "",
    )


def agents_of(pack: Pack, *, language: str | None = None) -> Readers:
    """Who works at the desk."""
    return Readers(language=language or pack.brand.answers_in[0], audience=Audience.AGENTS)


def all_readers(pack: Pack) -> tuple[Readers, ...]:
    """Everybody who reads something of the brand's, each once: anybody first, agents last."""
    languages = pack.brand.answers_in
    told = [
        Readers(language=language, audience=audience, region=channel.region, product=channel.product)
        for language in languages
        for audience in (Audience.PUBLIC, Audience.CUSTOMERS)
        for channel in pack.channels
    ]
    agents = [agents_of(pack, language=language) for language in languages]
    return tuple(dict.fromkeys((*(Readers(language=language) for language in languages), *told, *agents)))


def _holds(named: tuple[str, ...], one: str) -> bool:
    return not named or one in named
