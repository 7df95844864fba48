"""Articles of a help desk's own help centre, over its API: Zendesk, Freshdesk, Chatwoot."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import httpx
from trafilatura import extract

from assistant.domain.vocabulary import Audience
from assistant.errors import InputInvalid, SourceVanished
from assistant.ports.sources import Reading, SourceArticle, Unreadable

MAX_ARTICLES = 5_000
"""Articles read of one help centre; more is reported as not read."""
_DEADLINE_S = 20.0
_PAGE = 100
_GONE = (404, 410)

Json = Mapping[str, Any]
Secrets = Mapping[str, str]
"""What a desk wants to know us by: `email` and `token` for Zendesk (none for what is public), else `token`."""


def read_help_desk(kind: str, address: str, secrets: Secrets) -> Reading:
    """Every published article; what isn't for all customers is for agents only, drafts are left out.

    Raises `InputInvalid` where the desk can't be asked, so that half a help centre is never taken for all of it.
    """
    place = urlsplit(address)
    if place.scheme not in ("http", "https") or not place.hostname:
        raise InputInvalid(f"{address}: is no address; write one like {kind}:https://brand.example.com")
    reader, signed = _DESKS[kind]
    with httpx.Client(timeout=_DEADLINE_S, **signed(secrets)) as client:
        reading = Reading()
        try:
            for found in reader(client, address.rstrip("/")):
                reading += found
                if len(reading.articles) >= MAX_ARTICLES:
                    return reading + _unreadable(address, f"more than {MAX_ARTICLES} articles; the rest was not read")
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise (SourceVanished if status in _GONE else InputInvalid)(_refused(kind, address, status)) from error
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise InputInvalid(f"{address}: can't be read as {kind} ({error}); check the address") from error
    return reading


def is_desk(kind: str) -> bool:
    """Whether articles can be read from such a desk."""
    return kind in _DESKS


def _zendesk(client: httpx.Client, base: str) -> Iterator[Reading]:
    """Cursor pages. An article with a user segment, or with several (Enterprise), is for some readers only."""
    following: str | None = f"{base}/api/v2/help_center/articles.json?page[size]={_PAGE}"
    while following:
        page = _get(client, following)
        for row in page["articles"]:
            if not row.get("draft"):
                yield _article(
                    key=row["id"],
                    title=row.get("title") or row.get("name"),
                    html=row.get("body"),
                    origin=row.get("html_url") or f"{base} {row['id']}",
                    language=row.get("locale"),
                    restricted=row.get("user_segment_id") is not None or bool(row.get("user_segment_ids")),
                )
        more = (page.get("meta") or {}).get("has_more")
        following = (page.get("links") or {}).get("next") if more else None
        _require_same_host(base, following)


def _freshdesk(client: httpx.Client, base: str) -> Iterator[Reading]:
    """Categories hold folders, folders hold articles and folders; each says who may read (1: everybody)."""
    seen: set[object] = set()
    for category in _numbered(client, f"{base}/api/v2/solutions/categories"):
        listed = list(_numbered(client, f"{base}/api/v2/solutions/categories/{category['id']}/folders"))
        for folder in sorted(listed, key=lambda each: each.get("parent_folder_id") is not None):
            for inside, restricted in _freshdesk_folders(client, base, folder, seen):
                for row in _numbered(client, f"{base}/api/v2/solutions/folders/{inside}/articles"):
                    if row.get("status") == _FRESHDESK_PUBLISHED:
                        yield _article(
                            key=row["id"],
                            title=row.get("title"),
                            html=row.get("description"),
                            origin=f"{base}/support/solutions/articles/{row['id']}",
                            language=row.get("language"),
                            restricted=restricted,
                        )


def _freshdesk_folders(
    client: httpx.Client, base: str, folder: Json, seen: set[object], *, restricted: bool = False
) -> Iterator[tuple[object, bool]]:
    """The folder and all inside it, each once; whether one is for some readers only, as a folder around it may be."""
    number = folder["id"]
    if number in seen:
        return
    seen.add(number)
    restricted = restricted or folder.get("visibility") != _FRESHDESK_EVERYBODY
    yield number, restricted
    if folder.get("sub_folders_count"):
        for each in _numbered(client, f"{base}/api/v2/solutions/folders/{number}/subfolders"):
            yield from _freshdesk_folders(client, base, each, seen, restricted=restricted)


_FRESHDESK_PUBLISHED = 2
_FRESHDESK_EVERYBODY = 1


def _chatwoot(client: httpx.Client, base: str) -> Iterator[Reading]:
    """`base` ends in the portal: https://app.chatwoot.com/api/v1/accounts/1/portals/help. Bodies are Markdown."""
    number, seen = 1, 0
    while True:
        rows = _get(client, f"{base}/articles?page={number}")["payload"]
        for row in rows:
            if row.get("status") == "published":
                yield _article(
                    key=row["id"],
                    title=row.get("title"),
                    markdown=row.get("content"),
                    origin=f"{base}/articles/{row.get('slug') or row['id']}",
                    language=row.get("locale") or (row.get("category") or {}).get("locale"),
                    restricted=False,
                )
        seen += len(rows)
        if not rows or seen >= MAX_ARTICLES:
            return
        number += 1


def _numbered(client: httpx.Client, url: str) -> Iterator[Json]:
    """Rows of every page, until one isn't full."""
    number = 1
    while True:
        rows = _get(client, f"{url}?per_page={_PAGE}&page={number}")
        yield from rows
        if len(rows) < _PAGE:
            return
        number += 1


def _get(client: httpx.Client, url: str) -> Any:  # noqa: ANN401  # JSON
    response = client.get(url)
    response.raise_for_status()
    return response.json()


def _article(
    *,
    key: object,
    title: object,
    origin: str,
    language: object,
    restricted: bool,
    html: object = None,
    markdown: object = None,
) -> Reading:
    body = _as_markdown(html) if isinstance(html, str) else markdown
    name = title.strip() if isinstance(title, str) else ""
    if not name or not isinstance(body, str) or not body.strip():
        why = "has no title" if not name else "has no text"
        return Reading(unreadable=(Unreadable(place=origin, reason=why, hides_others=False),))
    article = SourceArticle(
        key=str(key),
        title=name,
        body=body,
        questions=(name,) if name.endswith("?") else (),
        origin=origin,
        language=language[:2].lower() if isinstance(language, str) and language else None,
        audience=Audience.AGENTS if restricted else None,
    )
    return Reading(articles=(article,))


def _as_markdown(html: str) -> str:
    page = f"<html><body><article>{html}</article></body></html>"
    return (
        extract(page, output_format="markdown", include_comments=False, include_formatting=True, favor_recall=True)
        or ""
    )


def _require_same_host(base: str, url: str | None) -> None:
    """Our key goes to the desk it was set for, wherever a page says the next one is."""
    if url is not None and urlsplit(url)[:2] != urlsplit(base)[:2]:
        raise ValueError(f"the next page is elsewhere: {url}")


def _refused(kind: str, address: str, status: int) -> str:
    if status in (401, 403):
        return f"{address}: {kind} refuses us ({status}); check the token in the environment"
    if status == 429:  # HTTP's own number
        return f"{address}: {kind} says we ask too often (429); try again later"
    return f"{address}: {kind} answers {status}; check the address"


def _unreadable(place: str, reason: str) -> Reading:
    return Reading(unreadable=(Unreadable(place=place, reason=reason),))


def _zendesk_key(secrets: Secrets) -> dict[str, Any]:
    return {"auth": (f"{secrets.get('email', '')}/token", secrets["token"])} if secrets.get("token") else {}


def _freshdesk_key(secrets: Secrets) -> dict[str, Any]:
    return {"auth": (secrets["token"], "X")} if secrets.get("token") else {}


def _chatwoot_key(secrets: Secrets) -> dict[str, Any]:
    return {"headers": {"api_access_token": secrets["token"]}} if secrets.get("token") else {}


_Reader = Callable[[httpx.Client, str], Iterator[Reading]]
_DESKS: Mapping[str, tuple[_Reader, Callable[[Secrets], dict[str, Any]]]] = {
    "zendesk": (_zendesk, _zendesk_key),
    "freshdesk": (_freshdesk, _freshdesk_key),
    "chatwoot": (_chatwoot, _chatwoot_key),
}
