"""HTML pages and sitemaps: the text of a page without its navigation, by trafilatura."""

from pathlib import Path
from urllib.parse import urlsplit

import httpx
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs
from trafilatura import bare_extraction, extract
from trafilatura.settings import Document

from assistant.errors import InputInvalid
from assistant.ports.sources import Reading, SourceArticle, Unreadable

MAX_PAGES = 2_000
"""Pages read of one sitemap; the rest is reported as not read."""
MAX_BYTES = 10_000_000
"""Bytes taken of one page or sitemap."""
_DEADLINE_S = 20.0
_MOST_DEPTH = 3
"""Sitemaps of sitemaps that are followed."""


def read_html(path: Path) -> Reading:
    """The article of one saved page."""
    return _page(path.read_bytes(), key=path.name, origin=path.name)


def read_web(url: str) -> Reading:
    """The page at `url`, or every page of the sitemap there.

    Raises `InputInvalid` where the address itself can't be had; a page of a sitemap that can't is reported.
    """
    with httpx.Client(timeout=_DEADLINE_S, follow_redirects=True) as client:
        try:
            content = _get(client, url)
        except (httpx.HTTPError, ValueError) as error:
            raise InputInvalid(f"{url}: can't be read ({error}); check the address and try again") from error
        if not _is_sitemap(content):
            return _page(content, key=urlsplit(url).path or "/", origin=url)
        return _sitemap(client, url, content)


def _sitemap(client: httpx.Client, url: str, content: bytes) -> Reading:
    host = urlsplit(url).netloc
    pages, reading = _pages_of(client, content, host, depth=1)
    for page in pages[MAX_PAGES:]:
        reading += _unreadable(page, f"more than {MAX_PAGES} pages; import it by its own address")
    for page in pages[:MAX_PAGES]:
        try:
            reading += _page(_get(client, page), key=urlsplit(page).path or "/", origin=page)
        except (httpx.HTTPError, ValueError) as error:
            reading += _unreadable(page, f"can't be fetched: {error}")
    return reading


def _pages_of(client: httpx.Client, content: bytes, host: str, *, depth: int) -> tuple[list[str], Reading]:
    """The pages a sitemap names, each once, of its own host only; sitemaps it names are followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = etree.fromstring(content, parser)
    pages: dict[str, None] = {}
    reading = Reading()
    for entry in root.iter("{*}loc"):
        address = (entry.text or "").strip()
        if urlsplit(address).netloc != host:
            reading += _unreadable(address, f"is not on {host}; import it by its own address")
        elif not str(entry.getparent().tag).endswith("sitemap"):
            pages[address] = None
        elif depth < _MOST_DEPTH:
            try:
                more, unread = _pages_of(client, _get(client, address), host, depth=depth + 1)
            except (httpx.HTTPError, ValueError) as error:
                reading += _unreadable(address, f"can't be fetched: {error}")
                continue
            pages.update(dict.fromkeys(more))
            reading += unread
    return list(pages), reading


def _get(client: httpx.Client, url: str) -> bytes:
    """The body. Raises `httpx.HTTPError`, or `ValueError` where it is too large or no web address."""
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("only http and https addresses are read")
    taken = bytearray()
    with client.stream("GET", url) as response:
        response.raise_for_status()
        for chunk in response.iter_bytes():
            taken += chunk
            if len(taken) > MAX_BYTES:
                raise ValueError(f"larger than {MAX_BYTES:,} bytes")
    return bytes(taken)


def _is_sitemap(content: bytes) -> bool:
    start = content[:2_000].lower()
    return b"<urlset" in start or b"<sitemapindex" in start


def _page(content: bytes, *, key: str, origin: str) -> Reading:
    facts = bare_extraction(content, include_comments=False, with_metadata=True)
    body = extract(content, output_format="markdown", include_comments=False, include_formatting=True)
    if not isinstance(facts, Document) or not body or not body.strip():
        return _unreadable(origin, "no article text was found on the page")
    title = (facts.title or "").strip() or Path(key).stem
    stated = etree.HTML(content).xpath("string(/html/@lang)")
    language = str(stated).strip()[:2].lower() or None
    article = SourceArticle(
        key=key,
        title=title,
        body=body,
        summary=(facts.description or "").strip(),
        origin=origin,
        language=language,
    )
    return Reading(articles=(article,))


def _unreadable(place: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=place, reason=reason),))
