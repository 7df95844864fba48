"""Help centres over real sockets, answering as Zendesk, Freshdesk and Chatwoot do: pages, drafts, readers, refusals."""

import base64
from collections.abc import Callable, Iterator, Mapping

import pytest

from assistant.adapters.sources.help_desk import read_help_desk
from assistant.domain.vocabulary import Audience
from assistant.errors import InputInvalid
from tests.rigs.http_server import Answer, Asked, HttpServer

pytestmark = pytest.mark.network

Serve = Callable[[Mapping[str, Callable[..., Answer]]], HttpServer]


@pytest.fixture
def serve() -> Iterator[Serve]:
    servers: list[HttpServer] = []

    def start(routes: Mapping[str, Callable[..., Answer]]) -> HttpServer:
        servers.append(HttpServer(routes))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def zendesk_row(number: int, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "title": f"What does parcel {number} cost?",
        "body": f"<p>Parcel {number} costs EUR 4.</p><ul><li>Paid <b>online</b></li></ul>",
        "html_url": f"https://brand.example/hc/{number}",
        "locale": "en-us",
        "draft": False,
        "user_segment_id": None,
        **more,
    }


def test_zendesk_is_read_page_by_page(serve: Serve) -> None:
    def articles(asked: Asked) -> Answer:
        if "page[after]" in asked.query:
            some = [zendesk_row(3, user_segment_id=77), zendesk_row(5, user_segment_ids=[77, 78])]
            return Answer({"articles": some, "meta": {"has_more": False}, "links": {}})
        following = f"{server.url}/api/v2/help_center/articles.json?page[after]=x"
        rows = [zendesk_row(1, user_segment_ids=[]), zendesk_row(2, draft=True), zendesk_row(4, body="")]
        return Answer({"articles": rows, "meta": {"has_more": True}, "links": {"next": following}})

    server = serve({r"GET /api/v2/help_center/articles.json": articles})
    reading = read_help_desk("zendesk", server.url, {"email": "a@brand.example", "token": "t"})
    first, *restricted = reading.articles
    assert (first.key, first.language, first.audience) == ("1", "en", None)
    assert first.questions == ("What does parcel 1 cost?",)
    assert first.body == "Parcel 1 costs EUR 4.\n\n- Paid **online**"
    assert [each.audience for each in restricted] == [Audience.AGENTS, Audience.AGENTS]
    assert [each.place for each in reading.unreadable] == ["https://brand.example/hc/4"]
    wanted = base64.b64encode(b"a@brand.example/token:t").decode()
    assert {asked.headers["authorization"] for asked in server.asked} == {f"Basic {wanted}"}


def test_a_next_page_elsewhere_does_not_get_our_key(serve: Serve) -> None:
    page = {"articles": [zendesk_row(1)], "meta": {"has_more": True}, "links": {"next": "http://127.0.0.2:1/x"}}
    server = serve({r"GET /api/v2/help_center/articles.json": lambda asked: Answer(page)})
    with pytest.raises(InputInvalid, match="elsewhere"):
        read_help_desk("zendesk", server.url, {"token": "t"})


def test_freshdesk_folders_say_who_may_read(serve: Serve) -> None:
    def row(number: int, status: int = 2) -> dict[str, object]:
        return {"id": number, "title": f"Parcel {number}", "description": "<p>Four days.</p>", "status": status}

    server = serve(
        {
            r"GET /api/v2/solutions/categories": lambda asked: Answer([{"id": 1}]),
            r"GET /api/v2/solutions/categories/1/folders": lambda asked: Answer(
                [{"id": 5, "visibility": 1}, {"id": 6, "visibility": 3}]
            ),
            r"GET /api/v2/solutions/folders/5/articles": lambda asked: Answer(
                [row(number) for number in range(100)] if asked.query["page"] == "1" else [row(100), row(101, 1)]
            ),
            r"GET /api/v2/solutions/folders/6/articles": lambda asked: Answer([row(200)]),
        }
    )
    articles = read_help_desk("freshdesk", server.url, {"token": "t"}).articles
    assert [each.key for each in articles] == [*map(str, range(101)), "200"]
    assert [each.key for each in articles if each.audience is Audience.AGENTS] == ["200"]
    assert server.asked[0].headers["authorization"] == "Basic " + base64.b64encode(b"t:X").decode()


def always(body: object) -> Callable[[Asked], Answer]:
    return lambda asked: Answer(body)


def test_freshdesk_folders_inside_folders_are_read_once_and_no_wider_than_theirs(serve: Serve) -> None:
    def row(number: int) -> dict[str, object]:
        return {"id": number, "title": f"Parcel {number}", "description": "<p>Four days.</p>", "status": 2}

    def folder(number: int, visibility: int, inside: int = 0, parent: int | None = None) -> dict[str, object]:
        return {"id": number, "visibility": visibility, "sub_folders_count": inside, "parent_folder_id": parent}

    inside = {5: [folder(7, 1, 1, 5)], 7: [folder(8, 2, 1, 7)], 8: [folder(9, 1, 0, 8), folder(5, 1, 1)]}
    routes = {
        r"GET /api/v2/solutions/categories": lambda asked: Answer([{"id": 1}]),
        r"GET /api/v2/solutions/categories/1/folders": lambda asked: Answer([folder(9, 1, 0, 8), folder(5, 1, 1)]),
    }
    for number in (5, 7, 8, 9):
        routes[rf"GET /api/v2/solutions/folders/{number}/articles"] = always([row(number)])
        routes[rf"GET /api/v2/solutions/folders/{number}/subfolders"] = always(inside.get(number))
    articles = read_help_desk("freshdesk", serve(routes).url, {"token": "t"}).articles
    assert [each.key for each in articles] == ["5", "7", "8", "9"]
    assert [each.key for each in articles if each.audience is Audience.AGENTS] == ["8", "9"]


def test_chatwoot_gives_markdown(serve: Serve) -> None:
    def articles(asked: Asked) -> Answer:
        rows = [
            {"id": 1, "title": "Parcels", "content": "Four **days**.", "status": "published", "locale": "en"},
            {"id": 2, "title": "Later", "content": "Not yet.", "status": "draft"},
        ]
        return Answer({"payload": rows if asked.query["page"] == "1" else [], "meta": {}})

    server = serve({r"GET /portals/help/articles": articles})
    (article,) = read_help_desk("chatwoot", f"{server.url}/portals/help/", {"token": "t"}).articles
    assert (article.body, article.language) == ("Four **days**.", "en")
    assert server.asked[0].headers["api_access_token"] == "t"


@pytest.mark.parametrize(("status", "says"), [(401, "check the token"), (429, "try again later"), (500, "answers 500")])
def test_a_refusal_says_what_to_do(serve: Serve, status: int, says: str) -> None:
    server = serve({r"GET /.*": lambda asked: Answer({}, status)})
    for kind in ("zendesk", "freshdesk", "chatwoot"):
        with pytest.raises(InputInvalid, match=says):
            read_help_desk(kind, server.url, {})


@pytest.mark.parametrize("body", [b"<html>", [], {"payload": 3}, None])
def test_what_is_no_help_desk_is_refused(serve: Serve, body: object) -> None:
    server = serve({r"GET /.*": lambda asked: Answer(body)})
    with pytest.raises(InputInvalid, match="can't be read as zendesk"):
        read_help_desk("zendesk", server.url, {})


def test_an_absent_desk_and_an_address_of_none() -> None:
    with pytest.raises(InputInvalid, match="check the address"):
        read_help_desk("zendesk", "http://127.0.0.1:9", {})
    with pytest.raises(InputInvalid, match="is no address"):
        read_help_desk("zendesk", "ftp://brand.example", {})
