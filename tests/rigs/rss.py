"""A stand-in for a site with a feed: RSS 2.0 with validators, and a page for each entry.

Checked 2026-11-29 against the specification of RSS 2.0 (guid, link, pubDate) and RFC 9110 (ETag, 304, 410).
"""

from collections.abc import Mapping, Sequence
from email.utils import format_datetime
from html import escape

from assistant.adapters.channels.rss import Rss
from assistant.compose import utc_now
from tests.rigs.http_server import Answer, Asked, HttpServer, ServedRig
from tests.rigs.rig import Delivery


class RssRig(ServedRig):
    """Customers write entries; nobody can answer there, and nobody signs in."""

    can = frozenset({"edit", "delete", "away"})

    def __init__(self) -> None:
        self.server = HttpServer({"GET /feed": self._feed, r"GET /entry/(\d+)": self._page})
        self.link = Rss(url=f"{self.server.url}/feed")
        self.entries: dict[str, tuple[str, str]] = {}

    def say(self, text: str, *, parent: str | None = None) -> str:
        external_id = f"{self.server.url}/entry/{len(self.entries) + 1}"
        self.entries[external_id] = (text, format_datetime(utc_now()))
        return external_id

    def change(self, external_id: str, text: str) -> None:
        self.entries[external_id] = (text, self.entries[external_id][1])

    def take_back(self, external_id: str) -> None:
        self.entries[external_id] = ("", "")

    def answers(self, external_id: str) -> Sequence[str]:
        return ()

    def deliveries(self) -> Sequence[Delivery]:
        return ()

    def _there(self) -> Mapping[str, tuple[str, str]]:
        return {external_id: entry for external_id, entry in self.entries.items() if entry[0]}

    def _feed(self, asked: Asked) -> Answer:
        items = "".join(
            f"<item><description>{escape(text)}</description><author>ann</author><guid>{external_id}</guid>"
            f"<link>{external_id}</link><pubDate>{at}</pubDate></item>"
            for external_id, (text, at) in reversed(list(self._there().items()))
        )
        tag = f'"{len(items)}-{items.__hash__()}"'
        if asked.headers.get("if-none-match") == tag:
            return Answer(None, 304)
        feed = f'<rss version="2.0"><channel><title>Talk</title>{items}</channel></rss>'
        return Answer(feed.encode(), headers={"ETag": tag, "Content-Type": "application/rss+xml"})

    def _page(self, asked: Asked, number: str) -> Answer:
        return Answer("a page") if f"{self.server.url}/entry/{number}" in self._there() else Answer(None, 410)
