"""Feeds (RSS 2.0, RSS 1.0, Atom): entries come in as mentions; a feed takes no answers.

A feed drops old entries, so one that is no longer in it may stand all the same: its own address is asked.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

import httpx
from lxml import etree  # type: ignore[import-untyped]  # it has no stubs

from assistant.adapters.channels.http import DEADLINE_S, raise_refusal
from assistant.adapters.channels.watched import Watched, version_of
from assistant.adapters.open_address import require_public
from assistant.domain.conversation import Reply
from assistant.domain.incoming import Batch, Edited, Incoming, Mentioned, Post, Probe, Revisited, StoredPost
from assistant.errors import ChannelRefuses, ChannelUnavailable
from assistant.ports import Pace

POLL_S = 300.0
PACE = Pace(at_once=1, pause_s=30)
GONE = frozenset({404, 410})
LARGEST = 5_000_000
"""Bytes of a feed."""
MOST_REDIRECTS = 10
_OF_THE_LINE = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_TAG = re.compile(r"<[^<>]*>")
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li)>", re.IGNORECASE)
_ENTRIES = frozenset({"item", "entry"})


class Rss:
    """Satisfies `Link` and `Revisiting`. `url` is the feed's address."""

    kind = "rss"

    def __init__(self, *, url: str, poll_s: float = POLL_S) -> None:
        self._url = url
        self._client = httpx.Client(timeout=DEADLINE_S)
        self.poll_s = poll_s

    def read(self, cursor: str, *, wait_s: float = 0) -> Batch:
        """New and changed entries. A feed that didn't change since the last look isn't sent again."""
        kept: dict[str, Any] = json.loads(cursor) if cursor else {"etag": "", "modified": "", "watched": {}}
        asked = {"If-None-Match": kept["etag"], "If-Modified-Since": kept["modified"]}
        answer = self._fetch({name: value for name, value in asked.items() if value})
        if answer.status_code == 304:
            return Batch(cursor=cursor)
        watched = Watched(**kept["watched"])
        events: list[Incoming] = []
        for post in reversed(list(_posts(answer.content))):
            version = version_of(post.text)
            before = watched.versions.get(post.external_id)
            watched = watched.seen(post.external_id, version)
            if before is None:
                events.append(Mentioned(post=post))
            elif before != version:
                events.append(Edited(post=post.model_copy(update={"version": version})))
        headers = {"etag": answer.headers.get("etag", ""), "modified": answer.headers.get("last-modified", "")}
        return Batch(events=tuple(events) if cursor else (), cursor=json.dumps({**headers, "watched": watched.kept()}))

    def send(self, reply: Reply, to: StoredPost) -> str:
        raise ChannelRefuses("a feed takes no answers: answer where the entry stands")

    def find(self, reply: Reply, to: StoredPost) -> str | None:
        return None

    @property
    def pace(self) -> Pace:
        return PACE

    def revisit(self, posts: Sequence[StoredPost]) -> Revisited:
        """Entries whose address answers 404 or 410 are gone. Other hosts than the feed's own are never asked: a feed is
        a stranger's text."""
        ours = [post for post in posts if _host(post.permalink) == _host(self._url)]
        return Revisited(gone=tuple(post.external_id for post in ours if self._is_gone(post.permalink)))

    def _is_gone(self, address: str) -> bool:
        try:
            with self._client.stream("GET", address) as answer:
                return answer.status_code in GONE
        except httpx.HTTPError as broken:
            raise ChannelUnavailable(f"an entry's page can't be reached: {type(broken).__name__}") from broken

    def check(self) -> Sequence[Probe]:
        try:
            count = sum(1 for _ in _posts(self._fetch({}).content))
        except ChannelUnavailable as problem:
            return (Probe(what="feed", ok=False, detail=str(problem)),)
        return (
            Probe(what="feed", ok=True, detail=f"{count} entries"),
            Probe(what="answers", ok=None, detail="a feed takes none: people answer where the entry stands"),
        )

    def close(self) -> None:
        self._client.close()

    def _fetch(self, headers: Mapping[str, str]) -> httpx.Response:
        try:
            answer = self._led_to(headers)
        except httpx.HTTPError as broken:
            raise ChannelUnavailable(
                f"the feed can't be reached: {type(broken).__name__} (tried again later; check network and address)"
            ) from broken
        except ValueError as refused:
            raise ChannelUnavailable(f"the feed {refused}") from refused
        if answer.status_code != 304:
            raise_refusal("the feed", answer, answer.status_code)
        return answer

    def _led_to(self, headers: Mapping[str, str]) -> httpx.Response:
        """The answer at the end of the way, its body taken as far as it may be long. Raises `ValueError`."""
        url = httpx.URL(self._url)
        for _ in range(MOST_REDIRECTS):
            with self._client.stream("GET", url, headers=dict(headers)) as answer:
                following = answer.next_request
                if following is None:
                    plain = [(name, value) for name, value in answer.headers.items() if name not in _OF_THE_LINE]
                    return httpx.Response(answer.status_code, headers=plain, content=_taken(answer))
            if following.url.host != url.host:
                require_public(following.url, instead="give the feed's own address")
            url = following.url
        raise ValueError(f"leads on more than {MOST_REDIRECTS} times; check its address")


def _taken(answer: httpx.Response) -> bytes:
    taken = bytearray()
    for chunk in answer.iter_bytes():
        taken += chunk
        if len(taken) > LARGEST:
            raise ChannelUnavailable(f"the feed is larger than {LARGEST} bytes; ask for a shorter one")
    return bytes(taken)


def _host(address: str) -> tuple[str, str]:
    try:
        url = httpx.URL(address)
    except httpx.InvalidURL:  # a stranger's text
        return "", ""
    return url.scheme, url.netloc.decode()


def _posts(content: bytes) -> Iterator[Post]:
    """Entries in the feed's order. Raises `ChannelUnavailable` where it isn't XML; no entity or network is followed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError) as broken:
        raise ChannelUnavailable("the feed isn't XML; check its address") from broken
    for entry in root.iter(etree.Element):
        if etree.QName(entry).localname in _ENTRIES:
            yield _post(entry)


def _post(entry: etree._Element) -> Post:
    fields = {etree.QName(child).localname: child for child in reversed(entry) if isinstance(child.tag, str)}
    title, words = _text(fields, "title"), _text(fields, "encoded", "content", "description", "summary")
    link = _link(entry)
    text = "\n".join(part for part in (_readable(title), _readable(words)) if part)
    external_id = _text(fields, "guid", "id") or link or hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()
    return Post(
        external_id=external_id[:400],
        text=text,
        author_id=_author(fields)[:300],
        handle=(_author(fields) or link or external_id)[:300],
        root_id=external_id[:400],
        permalink=link,
        summoned=False,
        created_at=_at(_text(fields, "pubDate", "published", "updated", "date")),
    )


def _text(fields: Mapping[str, etree._Element], *names: str) -> str:
    """The first of these that says something; XHTML inside counts by its words."""
    for name in names:
        found = fields.get(name)
        if found is not None and (words := "".join(str(part) for part in found.itertext()).strip()):
            return words
    return ""


def _link(entry: etree._Element) -> str:
    """RSS writes the address as text, Atom as an attribute, where other links stand beside it."""
    for child in entry:
        if isinstance(child.tag, str) and etree.QName(child).localname == "link":
            found = child.get("href") if child.get("rel", "alternate") == "alternate" else None
            address = (found or child.text or "").strip()
            if address.startswith(("http://", "https://")):
                return address[:1_000]
    return ""


def _author(fields: Mapping[str, etree._Element]) -> str:
    found = fields.get("author")
    for child in found if found is not None else ():
        if isinstance(child.tag, str) and etree.QName(child).localname == "name":
            return (child.text or "").strip()
    return _text(fields, "creator", "author")


def _readable(words: str) -> str:
    return "\n".join(
        filter(None, (line.strip() for line in unescape(_TAG.sub("", _BREAK.sub("\n", words))).splitlines()))
    )


def _at(words: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(words) if words[:4].isdigit() else parsedate_to_datetime(words)
    except (ValueError, TypeError, IndexError):
        return None
    return found if found.tzinfo else None
