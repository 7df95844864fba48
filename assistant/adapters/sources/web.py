"""HTML pages, PDFs and sitemaps of a site: the text of a page without its navigation, by trafilatura."""

import re
import zlib
from collections import Counter
from collections.abc import Sequence
from copy import deepcopy
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import httpx
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs
from trafilatura import bare_extraction, extract
from trafilatura.settings import DEFAULT_CONFIG, Document

from assistant.adapters.open_address import require_public
from assistant.adapters.sources.documents import pdf_reading
from assistant.errors import InputInvalid, SourceVanished
from assistant.ports.sources import Reading, SourceArticle, Unreadable

MAX_PAGES = 2_000
"""Pages read of one sitemap; the rest is reported as not read."""
MAX_BYTES = 10_000_000
"""Bytes taken of one page or sitemap."""
_DEADLINE_S = 20.0
_MOST_DEPTH = 3
"""Sitemaps of sitemaps that are followed."""
_MOST_REDIRECTS = 10
_MANY = 3
"""Pages with the same text that can't all be articles."""
_PASSWORD = re.compile(rb"<input\b[^>]*\btype\s*=\s*[\"']?password\b", re.IGNORECASE)
_NAMED = "//*[local-name()='url' or local-name()='sitemap']/*[local-name()='loc']"
"""Not pictures and films of a page, which a sitemap names, too."""
_GONE = (404, 410)
_UNREAD = (httpx.HTTPError, httpx.InvalidURL, ValueError)
_GZIP = b"\x1f\x8b"
_LITTLE = 250
"""Characters below which trafilatura distrusts what it found and takes the whole page, its menu too. Help pages are
often shorter, so few have to do, and what is left is kept only where trafilatura is sure of an article."""
_SETTINGS = deepcopy(DEFAULT_CONFIG)
_SETTINGS["DEFAULT"]["min_extracted_size"] = "10"
_BESIDE = ["//nav", "//noscript", "//dialog", "//*[@role='dialog']"]
"""Menus and notices."""


class _Fetched(NamedTuple):
    """What an address gave, and where that was found in the end."""

    content: bytes
    url: str


def read_html(path: Path) -> Reading:
    """The article of one saved page."""
    try:
        content = path.read_bytes()
    except OSError as error:
        return _unreadable(str(path), f"can't be read: {error.strerror}")
    return _page(content, key=path.name, origin=path.name)


def read_web(url: str) -> Reading:
    """The page or PDF at `url`, or every one of the sitemap there.

    Raises `InputInvalid` where the address itself can't be had, `SourceVanished` where nothing is there any more; a
    page of a sitemap that can't is reported.
    """
    with httpx.Client(timeout=_DEADLINE_S) as client:
        try:
            fetched = _get(client, url)
        except _UNREAD as error:
            gone = isinstance(error, httpx.HTTPStatusError) and error.response.status_code in _GONE
            kind = SourceVanished if gone else InputInvalid
            raise kind(f"{url}: can't be read ({_why(error)}); check the address and try again") from error
        if not _is_sitemap(fetched.content):
            return _found(url, fetched).reading
        return _sitemap(client, fetched)


def _sitemap(client: httpx.Client, sitemap: _Fetched) -> Reading:
    pages, reading = _pages_of(client, sitemap, urlsplit(sitemap.url).netloc, depth=1)
    if not pages and not reading.unreadable:
        reading += _unreadable(sitemap.url, "names no pages")
    for page in pages[MAX_PAGES:]:
        reading += _page_unread(page, f"more than {MAX_PAGES} pages; import it by its own address")
    found = []
    for page in pages[:MAX_PAGES]:
        try:
            found.append(_found(page, _get(client, page)))
        except _UNREAD as error:
            reading += _page_unread(page, f"can't be fetched: {_why(error)}")
    return reading + _of_their_own(found)


class _Found(NamedTuple):
    """A page that was asked for, where it was found in the end, and what it says."""

    page: str
    url: str
    reading: Reading


def _found(page: str, fetched: _Fetched) -> _Found:
    """What a page says; one that leads to the front page, or to a password, says nothing of its own."""
    led = fetched.url != page
    if led and urlsplit(fetched.url).path in ("", "/") and urlsplit(page).path not in ("", "/"):
        reading = _page_unread(page, f"leads to the front page ({fetched.url}), so it may be gone")
    elif led and _PASSWORD.search(fetched.content):
        reading = _page_unread(page, f"leads to {fetched.url}, which asks for a password")
    else:
        reading = _page(fetched.content, key=_key(page), origin=page)
    return _Found(page, fetched.url, reading)


def _of_their_own(found: Sequence[_Found]) -> Reading:
    """What the pages say, but where several lead to one address or many say the same: a server that wants a login, or
    is being mended, answers so for every page, and its notice would stand for all articles."""
    ends = Counter(each.url for each in found)
    led = [each.url != each.page and ends[each.url] > 1 for each in found]
    own = [each for each, together in zip(found, led, strict=True) if not together]
    said = Counter(article.body for each in own for article in each.reading.articles)
    reading = Reading()
    for each, together in zip(found, led, strict=True):
        same = max((said[article.body] for article in each.reading.articles), default=1)
        if together:
            reading += _page_unread(each.page, f"leads to {each.url}, as others do: a login, or it is gone")
        elif same >= _MANY:
            reading += _page_unread(each.page, f"says the same as {same - 1} others: a login or a notice for all pages")
        else:
            reading += each.reading
    return reading


def _pages_of(client: httpx.Client, sitemap: _Fetched, host: str, *, depth: int) -> tuple[list[str], Reading]:
    """The pages a sitemap names, each once, of its own host only; sitemaps it names are followed."""
    if not _is_sitemap(sitemap.content):
        return [], _unreadable(sitemap.url, "is not a sitemap that can be read")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, recover=True)
    root = _root_of(sitemap.content, parser)
    if root is None:
        return [], _unreadable(sitemap.url, "is not a sitemap that can be read")
    pages: dict[str, None] = {}
    reading = (
        _unreadable(sitemap.url, f"is not whole: {parser.error_log[0].message}") if parser.error_log else Reading()
    )
    for entry in root.xpath(_NAMED):
        address = (entry.text or "").strip()
        if _host(address) != host:
            reading += _page_unread(address, f"is not on {host}; import it by its own address")
        elif not str(entry.getparent().tag).endswith("sitemap"):
            pages[address] = None
        elif depth >= _MOST_DEPTH:
            reading += _unreadable(address, f"lies more than {_MOST_DEPTH} sitemaps deep; import it by its own address")
        else:
            try:
                more, unread = _pages_of(client, _get(client, address), host, depth=depth + 1)
            except _UNREAD as error:
                reading += _unreadable(address, f"can't be fetched: {_why(error)}")
                continue
            pages.update(dict.fromkeys(more))
            reading += unread
    return list(pages), reading


def _root_of(content: bytes, parser: etree.XMLParser) -> etree._Element | None:
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return None


def _host(address: str) -> str:
    """Empty where it is no address."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _get(client: httpx.Client, url: str) -> _Fetched:
    """The body, unpacked where it is a packed file.

    Raises `httpx.HTTPError`, or `ValueError` where it is too large or damaged, or `url` is no web address or leads to
    one that isn't everybody's.
    """
    if urlsplit(url).scheme not in ("http", "https"):
        raise ValueError("only http and https addresses are read")
    for _ in range(_MOST_REDIRECTS):
        with client.stream("GET", url) as response:
            following = response.next_request
            if following is None:
                response.raise_for_status()
                return _Fetched(_unpacked(_taken(response)), str(response.url))
        if following.url.host != response.url.host:
            require_public(following.url, instead="import it by its own address")
        url = str(following.url)
    raise ValueError(f"leads on more than {_MOST_REDIRECTS} times")


def _taken(response: httpx.Response) -> bytes:
    taken = bytearray()
    for chunk in response.iter_bytes():
        taken += chunk
        _require_size(len(taken))
    return bytes(taken)


def _unpacked(content: bytes) -> bytes:
    if not content.startswith(_GZIP):
        return content
    unpacker = zlib.decompressobj(wbits=31)
    try:
        plain = unpacker.decompress(content, MAX_BYTES + 1)
    except zlib.error as error:
        raise ValueError(f"is packed and damaged ({error})") from error
    _require_size(len(plain))
    if not unpacker.eof:
        raise ValueError("is packed and not whole")
    return plain


def _require_size(size: int) -> None:
    if size > MAX_BYTES:
        raise ValueError(f"larger than {MAX_BYTES:,} bytes")


def _why(error: Exception) -> str:
    """In one line."""
    if isinstance(error, httpx.HTTPStatusError):
        return f"the server answers {error.response.status_code} ({error.response.reason_phrase})"
    return " ".join(str(error).split()) or type(error).__name__


def _key(url: str) -> str:
    """Path and query: pages may differ in either."""
    parts = urlsplit(url)
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _is_sitemap(content: bytes) -> bool:
    start = content[:2_000].lower()
    return b"<urlset" in start or b"<sitemapindex" in start


def _page(content: bytes, *, key: str, origin: str) -> Reading:
    if content.startswith(b"%PDF-"):
        found = pdf_reading(content, key=key, place=origin)
        return Reading(
            articles=tuple(each.model_copy(update={"origin": origin}) for each in found.articles),
            unreadable=tuple(each.model_copy(update={"hides_others": False}) for each in found.unreadable),
        )
    facts = bare_extraction(content, include_comments=False, with_metadata=True)
    body = _article_of(content)
    if not isinstance(facts, Document) or not body:
        return _page_unread(origin, "no article text was found on the page")
    title = (facts.title or "").strip() or Path(key).stem
    root = etree.HTML(content)
    stated = root.xpath("string(/html/@lang)") if root is not None else ""
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


def _article_of(content: bytes) -> str:
    """Its Markdown; empty where a page holds nothing but menus and notices."""
    body = _extracted(content)
    sure = len(body) >= _LITTLE or _extracted(content, favor_precision=True, fast=True)
    return body if sure else ""


def _extracted(content: bytes, *, favor_precision: bool = False, fast: bool = False) -> str:
    found = extract(
        content,
        output_format="markdown",
        include_comments=False,
        include_formatting=True,
        favor_precision=favor_precision,
        fast=fast,
        config=_SETTINGS,
        prune_xpath=_BESIDE,
    )
    return (found or "").strip()


def _unreadable(place: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=place, reason=reason),))


def _page_unread(page: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=page, reason=reason, hides_others=False),))
