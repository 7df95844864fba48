"""Links of a reply lead to the brand's own hosts only."""

from collections.abc import Sequence
from functools import lru_cache

from assistant.domain.guardrail import Finding
from assistant.domain.vocabulary import Severity
from assistant.guardrails import identifiers
from assistant.guardrails.fact import FactKind
from assistant.guardrails.words import plain


@lru_cache(maxsize=2048)
def hosts_in(text: str) -> tuple[str, ...]:
    """Hosts of the web addresses in a text, in order, without `www.`, port and sign-in."""
    urls = (fact.value for fact in identifiers.read(plain(text)).facts if fact.kind is FactKind.URL)
    return tuple(_host(url) for url in urls)


def check(text: str, *, hosts: Sequence[str]) -> tuple[Finding, ...]:
    """Blocks a link to a host that is neither one of these nor below one of these."""
    allowed = tuple(host.casefold().removeprefix("www.") for host in hosts)
    return tuple(
        Finding(
            guardrail="links",
            severity=Severity.BLOCK,
            message=f"The reply links to {host}, which is not one of the brand's hosts.",
            excerpt=host,
        )
        for host in dict.fromkeys(hosts_in(text))
        if not any(host == own or host.endswith("." + own) for own in allowed)
    )


def _host(url: str) -> str:
    host = url.partition("/")[0].partition("?")[0].partition("#")[0]
    return host.rpartition("@")[2].partition(":")[0].strip(".").casefold()
