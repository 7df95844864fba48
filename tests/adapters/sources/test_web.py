"""Pages are read without their navigation, sitemaps page by page, from a server of this machine."""

import gzip
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from assistant.adapters.sources.web import read_html, read_web
from assistant.errors import InputInvalid, SourceVanished
from tests.adapters.sources.test_documents import a_pdf

PAGE = """<!doctype html><html lang="en"><head><title>Returning a parcel</title>
<meta name="description" content="Thirty days to send it back."></head>
<body><nav><a href="/">Home</a> <a href="/shop">Shop all our wonderful things</a></nav>
<main><article><h1>Returning a parcel</h1><p>You have thirty days to send a parcel back, counted from delivery.</p>
<h2>What it costs</h2><p>Sending it back costs EUR 4, taken off the refund. Islands pay EUR 9 instead.</p>
<ul><li>Put the label on the box.</li><li>Take it to any post office.</li></ul></article></main>
<footer>Imprint, cookies and privacy</footer></body></html>"""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def site(tmp_path: Path) -> Iterator[str]:
    with _serving(partial(_Quiet, directory=str(tmp_path))) as url:
        yield url


@contextmanager
def _serving(handler: Callable[..., BaseHTTPRequestHandler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_page_without_its_navigation(tmp_path: Path) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    (article,) = read_html(tmp_path / "returns.html").articles
    assert (article.title, article.language) == ("Returning a parcel", "en")
    assert article.summary == "Thirty days to send it back."
    assert "Islands pay EUR 9" in article.body
    assert "wonderful things" not in article.body
    assert "cookies" not in article.body


MENU = '<header><a href="/">Spoke</a><nav><a href="/map">Map</a> <a href="/prices">Prices</a></nav></header>'
END = '<div role="dialog"><p>We use cookies.</p></div><footer>Imprint</footer>'


@pytest.mark.parametrize(
    ("inside", "body"),
    [
        ("<p>Kept for 30 days at the depot.</p>", "# Lost\n\nKept for 30 days at the depot."),
        ("<ul><li>Drills</li><li>Saws</li></ul>", "# Lost\n\n- Drills\n- Saws"),
        (
            "<table><tr><th>Bike</th><th>Fee</th></tr><tr><td>City</td><td>£1</td></tr></table>",
            "# Lost\n\n| Bike | Fee | \n|---|---|\n| City | £1 |",
        ),
    ],
)
def test_a_short_page_keeps_its_structure_and_nothing_of_the_menu(tmp_path: Path, inside: str, body: str) -> None:
    main = f"<main><h1>Lost</h1>{inside}</main>"
    page = f"<html><head><title>Lost</title></head><body>{MENU}{main}{END}</body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    (article,) = read_html(tmp_path / "a.html").articles
    assert article.body == body


@pytest.mark.parametrize("inside", ["<main><h1>Old page</h1></main>", "<noscript>Enable JavaScript.</noscript>", ""])
def test_a_page_of_nothing_but_its_menu_is_no_article(tmp_path: Path, inside: str) -> None:
    page = f"<html><head><title>Old</title></head><body>{MENU}{inside}{END}</body></html>"
    (tmp_path / "a.html").write_text(page, encoding="utf-8")
    reading = read_html(tmp_path / "a.html")
    assert reading.articles == ()
    assert "no article text" in reading.unreadable[0].reason


def test_a_page_without_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.html").write_text("<html><body></body></html>", encoding="utf-8")
    reading = read_html(tmp_path / "empty.html")
    assert reading.articles == ()
    assert "no article text" in reading.unreadable[0].reason


@pytest.mark.network
def test_a_sitemap_is_read_page_by_page(tmp_path: Path, site: str) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    pages = "".join(
        f"<url><loc>{at}</loc></url>" for at in (f"{site}/returns.html", f"{site}/gone", "http://x.example/")
    )
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    (tmp_path / "pages.xml").write_text(f"<urlset {space}>{pages}</urlset>", encoding="utf-8")
    (tmp_path / "sitemap.xml").write_text(
        f"<sitemapindex {space}><sitemap><loc>{site}/pages.xml</loc></sitemap></sitemapindex>", encoding="utf-8"
    )
    reading = read_web(f"{site}/sitemap.xml")
    assert [article.key for article in reading.articles] == ["/returns.html"]
    reasons = {each.place: each.reason for each in reading.unreadable}
    assert "404" in reasons[f"{site}/gone"]
    assert "is not on" in reasons["http://x.example/"]


@pytest.mark.network
def test_an_address_that_can_not_be_had(site: str) -> None:
    with pytest.raises(InputInvalid, match="check the address"):
        read_web(f"{site}/nothing-here")


def a_sitemap(*pages: str) -> bytes:
    space = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    return f"<urlset {space}>{''.join(f'<url><loc>{at}</loc></url>' for at in pages)}</urlset>".encode()


@pytest.mark.network
def test_pages_that_differ_in_their_query_are_two(tmp_path: Path, site: str) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/returns.html?id=1", f"{site}/returns.html?id=2"))
    reading = read_web(f"{site}/sitemap.xml")
    assert [article.key for article in reading.articles] == ["/returns.html?id=1", "/returns.html?id=2"]


@pytest.mark.network
def test_pictures_that_a_sitemap_names_are_no_pages(tmp_path: Path, site: str) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    picture = "<i:image xmlns:i='http://www.google.com/schemas/sitemap-image/1.1'><i:loc>{}</i:loc></i:image>"
    named = a_sitemap(f"{site}/returns.html").replace(b"</url>", f"{picture.format(f'{site}/a.jpg')}</url>".encode())
    (tmp_path / "sitemap.xml").write_bytes(named)
    reading = read_web(f"{site}/sitemap.xml")
    assert ([article.key for article in reading.articles], reading.unreadable) == (["/returns.html"], ())


@pytest.mark.network
def test_packed_sitemaps_are_read(tmp_path: Path, site: str) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "pages.xml.gz").write_bytes(gzip.compress(a_sitemap(f"{site}/returns.html")))
    (tmp_path / "sitemap.xml").write_bytes(
        f"<sitemapindex><sitemap><loc>{site}/pages.xml.gz</loc></sitemap></sitemapindex>".encode()
    )
    for name in ("pages.xml.gz", "sitemap.xml"):
        assert [article.key for article in read_web(f"{site}/{name}").articles] == ["/returns.html"]


@pytest.mark.network
@pytest.mark.parametrize("content", [b"", b"not xml at all", gzip.compress(b"x", mtime=0)[:12]])
def test_a_sitemap_that_can_not_be_read_is_named(tmp_path: Path, site: str, content: bytes) -> None:
    (tmp_path / "pages.xml").write_bytes(content)
    (tmp_path / "sitemap.xml").write_bytes(
        f"<sitemapindex><sitemap><loc>{site}/pages.xml</loc></sitemap></sitemapindex>".encode()
    )
    reading = read_web(f"{site}/sitemap.xml")
    assert [each.place for each in reading.unreadable] == [f"{site}/pages.xml"]


@pytest.mark.network
def test_a_sitemap_without_pages_is_named(tmp_path: Path, site: str) -> None:
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap())
    assert "names no pages" in read_web(f"{site}/sitemap.xml").unreadable[0].reason


@pytest.mark.network
def test_a_pdf_of_the_site_is_read_as_one(tmp_path: Path, site: str) -> None:
    a_pdf(tmp_path / "terms.pdf", "Parcels travel for 4 days.")
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/terms.pdf"))
    for name in ("terms.pdf", "sitemap.xml"):
        (article,) = read_web(f"{site}/{name}").articles
        assert (article.key, article.origin) == ("/terms.pdf", f"{site}/terms.pdf")
        assert "4 days" in article.body


@pytest.mark.network
def test_a_scanned_page_of_a_pdf_hides_no_other_article_of_the_site(tmp_path: Path, site: str) -> None:
    """Nothing that the site deleted was ever missed, as long as one PDF had a page of pictures."""
    a_pdf(tmp_path / "terms.pdf", "Parcels travel for 4 days.", "")
    a_pdf(tmp_path / "map.pdf", "")
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/terms.pdf", f"{site}/map.pdf"))
    unread = read_web(f"{site}/sitemap.xml").unreadable
    assert [(each.place, each.hides_others) for each in unread] == [
        (f"{site}/terms.pdf, page 2", False),
        (f"{site}/map.pdf", False),
    ]


@pytest.mark.network
def test_a_reason_is_one_line(tmp_path: Path, site: str) -> None:
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/gone"))
    (unread,) = read_web(f"{site}/sitemap.xml").unreadable
    assert unread.reason == "can't be fetched: the server answers 404 (File not found)"


@pytest.mark.network
def test_a_sitemap_that_was_cut_off_is_named(tmp_path: Path, site: str) -> None:
    (tmp_path / "returns.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/returns.html").removesuffix(b"</url></urlset>"))
    reading = read_web(f"{site}/sitemap.xml")
    assert len(reading.articles) == 1
    assert "not whole" in reading.unreadable[0].reason


class _Broken(_Quiet):
    def do_GET(self) -> None:
        self.send_error(503)


@pytest.mark.network
def test_what_is_gone_and_what_only_fails_are_two(tmp_path: Path, site: str) -> None:
    with pytest.raises(SourceVanished):
        read_web(f"{site}/nothing-here")
    with _serving(_Broken) as url, pytest.raises(InputInvalid, match="503") as failed:
        read_web(url)
    assert not isinstance(failed.value, SourceVanished)


@pytest.mark.network
def test_a_page_that_fails_hides_only_itself_a_sitemap_hides_more(tmp_path: Path, site: str) -> None:
    inner = f"<sitemap><loc>{site}/none.xml</loc></sitemap>"
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/gone", "http://x.example/"))
    (tmp_path / "index.xml").write_bytes(f"<sitemapindex>{inner}</sitemapindex>".encode())
    assert [each.hides_others for each in read_web(f"{site}/sitemap.xml").unreadable] == [False, False]
    assert [each.hides_others for each in read_web(f"{site}/index.xml").unreadable] == [True]


@pytest.mark.network
@pytest.mark.parametrize(
    "content",
    ["mentions <urlset> only", "<!-- <urlset -->", "<loc>http://127.0.0.1/x<!-- <urlset --></loc>", "\0<urlset>"],
)
def test_what_only_looks_like_a_sitemap_is_named(tmp_path: Path, site: str, content: str) -> None:
    """It crashed the import."""
    (tmp_path / "sitemap.xml").write_text(content)
    assert read_web(f"{site}/sitemap.xml").unreadable


@pytest.mark.network
def test_an_address_that_no_program_can_ask_for_hides_only_itself(tmp_path: Path, site: str) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    (tmp_path / "sitemap.xml").write_bytes(a_sitemap(f"{site}/a.html", f"{site}/b\n.html"))
    reading = read_web(f"{site}/sitemap.xml")
    assert (len(reading.articles), [each.hides_others for each in reading.unreadable]) == (1, [False])


@pytest.mark.network
def test_an_address_in_a_sitemap_that_is_none_hides_only_itself(tmp_path: Path, site: str) -> None:
    """It ended the import of all."""
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    pages = f"<url><loc>http://[</loc></url><url><loc>{site}/a.html</loc></url>"
    (tmp_path / "sitemap.xml").write_text(f"<urlset>{pages}</urlset>")
    reading = read_web(f"{site}/sitemap.xml")
    assert len(reading.articles) == 1
    assert [each.place for each in reading.unreadable] == ["http://["]


class _Elsewhere(BaseHTTPRequestHandler):
    """Sends everybody to where `to` says."""

    to = ""

    def do_GET(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.to)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.mark.network
@pytest.mark.parametrize("name", ["localhost", "[::ffff:127.0.0.1]"])
def test_a_page_leads_nobody_to_what_only_this_machine_reaches(tmp_path: Path, site: str, name: str) -> None:
    """A page that was imported could have what stands on an inner server read, and told to customers."""
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    inside = f"{site.replace('127.0.0.1', name)}/a.html"
    with (
        _serving(type("To", (_Elsewhere,), {"to": inside})) as outside,
        pytest.raises(InputInvalid, match="import it by its own address"),
    ):
        read_web(f"{outside}/page")


@pytest.mark.network
def test_a_page_that_moved_on_its_own_host_is_followed(tmp_path: Path, site: str) -> None:
    (tmp_path / "a.html").write_text(PAGE, encoding="utf-8")
    with _serving(type("To", (_Elsewhere,), {"to": f"{site}/a.html"})) as outside:
        assert read_web(f"{outside}/page").articles[0].title == "Returning a parcel"
    with _serving(type("To", (_Elsewhere,), {"to": "/again"})) as outside, pytest.raises(InputInvalid, match="times"):
        read_web(f"{outside}/page")


class _Closed(BaseHTTPRequestHandler):
    """A site of three pages that asks for a login, has a notice for every page, or lost one of them."""

    answers = "as always"

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        leads = {"login": "/login", "gone": "/" if self.path == "/bags" else "", "moved": "/seats"}.get(
            self.answers, ""
        )
        if leads and self.path not in ("/sitemap.xml", leads):
            self.send_response(302)
            self.send_header("Location", leads)
            self.end_headers()
            return
        self._say(self._words())

    def _words(self) -> str:
        if self.path == "/sitemap.xml":
            here = f"http://{self.headers['Host']}"
            named = "".join(f"<url><loc>{here}/{name}</loc></url>" for name in ("refund", "bags", "seats"))
            return f"<?xml version='1.0'?><urlset>{named}</urlset>"
        if self.answers in ("login", "notice"):
            return PAGE.replace("parcel", "soon")
        return PAGE.replace("parcel", self.path[1:])

    def _say(self, text: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(text.encode())))
        self.end_headers()
        self.wfile.write(text.encode())


@pytest.mark.network
@pytest.mark.parametrize(
    ("answers", "read", "why"),
    [
        ("as always", ["/refund", "/bags", "/seats"], ""),
        ("login", [], "leads to"),
        ("notice", [], "says the same as 2 others"),
        ("gone", ["/refund", "/seats"], "leads to the front page"),
        ("moved", ["/seats"], "leads to"),
    ],
)
def test_what_a_server_says_for_every_page_is_no_article(answers: str, read: list[str], why: str) -> None:
    handler = type("Closed", (_Closed,), {"answers": answers})
    with _serving(handler) as url:
        found = read_web(f"{url}/sitemap.xml")
    assert [article.key for article in found.articles] == read
    assert len(found.unreadable) == 3 - len(read)
    assert all(why in each.reason and not each.hides_others for each in found.unreadable)


@pytest.mark.network
def test_a_page_that_leads_to_a_password_is_named(tmp_path: Path) -> None:
    class _Login(_Closed):
        answers = "login"

        def _words(self) -> str:
            return PAGE.replace("</article>", "<form><input name=p type='password'></form></article>")

    with _serving(_Login) as url:
        found = read_web(f"{url}/refund")
    assert (found.articles, found.unreadable[0].place) == ((), f"{url}/refund")
    assert "asks for a password" in found.unreadable[0].reason
