"""What is particular to feeds, over real sockets."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from assistant.adapters.channels import rss as module
from assistant.adapters.channels.rss import Rss
from assistant.compose import utc_now
from assistant.domain.incoming import Edited, Mentioned, Post, stored
from assistant.errors import ChannelUnavailable
from tests.contract.channel_promises import QUESTION
from tests.rigs.http_server import Answer, Asked, HttpServer
from tests.rigs.rss import RssRig

pytestmark = pytest.mark.network


class Feed:
    """A feed behind a server that knows validators."""

    def __init__(self, content: str) -> None:
        self.content = content
        self.server = HttpServer({"GET /feed": self._feed})
        self.link = Rss(url=f"{self.server.url}/feed")

    def _feed(self, asked: Asked) -> Answer:
        tag = f'"{hash(self.content)}"'
        if asked.headers.get("if-none-match") == tag:
            return Answer(None, 304)
        return Answer(self.content.encode(), headers={"ETag": tag, "Content-Type": "application/rss+xml"})


def rss(*items: str) -> str:
    head = '<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>Talk</title>'
    return f"{head}{''.join(items)}</channel></rss>"


def item(guid: str, words: str) -> str:
    stamp = "Sat, 28 Nov 2026 10:00:00 +0000"
    return (
        f"<item><title>Bags</title><description>&lt;p&gt;{words}&lt;/p&gt;</description><dc:creator>ann</dc:creator>"
        f"<guid>{guid}</guid><link>https://talk.test/{guid}</link><pubDate>{stamp}</pubDate></item>"
    )


@contextmanager
def fed(content: str) -> Iterator[Feed]:
    feed = Feed(content)
    yield feed
    feed.link.close()
    feed.server.close()


def test_a_feed_brings_new_and_changed_entries_once() -> None:
    with fed(rss(item("1", "old"))) as feed:
        start = feed.link.read("")
        assert (start.events, feed.link.read(start.cursor)) == ((), start)
        feed.content = rss(item("3", "third &amp;amp; last"), item("2", "second"), item("1", "old"))
        batch = feed.link.read(start.cursor)
        posts = [event.post for event in batch.events if isinstance(event, Mentioned)]
        assert [(post.external_id, post.text, post.handle) for post in posts] == [
            ("2", "Bags\nsecond", "ann"),
            ("3", "Bags\nthird & last", "ann"),
        ]
        assert (posts[0].permalink, posts[0].summoned) == ("https://talk.test/2", False)
        feed.content = rss(item("3", "changed"), item("2", "second"))
        (changed,) = feed.link.read(batch.cursor).events
        assert isinstance(changed, Edited)
        assert changed.post.text == "Bags\nchanged"


def test_an_atom_entry_names_author_and_address() -> None:
    entry = (
        "<entry><id>tag:1</id><title>Bags</title><link rel='self' href='https://a.test/feed'/>"
        "<link href='https://a.test/1'/><author><name>Ann</name><email>ann@example.test</email></author>"
        "<published>2026-11-28T10:00:00Z</published><content type='xhtml'><p>How <b>big</b>?</p></content></entry>"
    )
    with fed("<feed xmlns='http://www.w3.org/2005/Atom'><title>Talk</title></feed>") as feed:
        start = feed.link.read("")
        feed.content = f"<feed xmlns='http://www.w3.org/2005/Atom'><title>Talk</title>{entry}</feed>"
        (event,) = feed.link.read(start.cursor).events
        assert isinstance(event, Mentioned)
        assert (event.post.text, event.post.handle, event.post.permalink) == (
            "Bags\nHow big?",
            "Ann",
            "https://a.test/1",
        )


def test_a_feed_reads_no_files_and_says_what_it_is_not() -> None:
    with fed("<html>") as feed:
        with pytest.raises(ChannelUnavailable, match="isn't XML"):
            feed.link.read("")
        assert [probe.ok for probe in feed.link.check()] == [False]
        entity = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
        feed.content = entity + rss(item("1", "&x;"))
        start = json.dumps({"etag": "", "modified": "", "watched": {}})
        for event in feed.link.read(start).events:
            assert "root:" not in str(event)
        feed.server.absent = True
        with pytest.raises(ChannelUnavailable, match="can't be reached"):
            feed.link.read("")


def test_a_feed_that_moved_is_followed_but_not_to_what_only_this_machine_reaches() -> None:
    with fed(rss(item("1", "old"))) as feed:
        moved = HttpServer({"GET /feed": lambda asked: Answer(None, 301, {"Location": to})})
        link = Rss(url=f"{moved.url}/feed")
        to = f"{feed.server.url}/feed"
        assert json.loads(link.read("").cursor)["watched"]["versions"].keys() == {"1"}
        to = to.replace("127.0.0.1", "localhost")
        with pytest.raises(ChannelUnavailable, match="isn't everybody's"):
            link.read("")
        to = "/feed"
        with pytest.raises(ChannelUnavailable, match="10 times"):
            link.read("")
        link.close()
        moved.close()


def test_of_a_feed_without_end_only_so_much_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "LARGEST", 1_000)
    with fed(rss(item("1", "long " * 100_000))) as feed, pytest.raises(ChannelUnavailable, match="larger than"):
        feed.link.read("")


def test_an_entry_on_another_host_is_never_asked_for() -> None:
    rig, other = RssRig(), RssRig()
    said, elsewhere = rig.say(QUESTION), other.say(QUESTION)
    rig.take_back(said)
    other.take_back(elsewhere)
    posts = [
        stored(Post(external_id=where, permalink=where), brand_id="b", channel="rss", mention_id="m", at=utc_now())
        for where in (said, elsewhere, "http://[", "http://a:b/")  # some are no addresses: they ended the look
    ]
    assert rig.link.revisit(posts[:1]).gone == (said,)
    assert rig.link.revisit(posts[1:]).gone == ()
    assert other.server.asked == []
    for each in (rig, other):
        each.link.close()
        each.server.close()
