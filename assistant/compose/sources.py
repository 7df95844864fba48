"""Wires importing: which reader takes a source, by its address or its file's ending."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from assistant.compose.clock import utc_now
from assistant.domain.vocabulary import ArticleStatus, Audience
from assistant.errors import InputInvalid, SourceVanished
from assistant.kb.import_articles import Defaults, Imported, import_articles, says_nothing
from assistant.kb.pack import load_brand_file
from assistant.ports.sources import Reading, SourceArticle, Unreadable
from assistant.settings import read_source_secrets

Read = Callable[[Path], Reading]
_TABLES = frozenset({".csv", ".tsv", ".jsonl"})


def import_into(
    source: str, pack: Path, *, area: str | None, audience: str, approved: bool
) -> tuple[Imported, tuple[Unreadable, ...]]:
    """Write the articles of a source into a pack; what was done, and what could not be read.

    Raises `PackInvalid` where the pack has no brand.yaml that can be read, `InputInvalid` where there is no source.
    """
    brand = load_brand_file(pack)
    reading = read_source(source)
    defaults = Defaults(
        area=area or _area_of(source),
        language=brand.answers_in[0],
        audience=Audience(audience),
        status=ArticleStatus.APPROVED if approved else ArticleStatus.DRAFT,
        on=brand.day(utc_now()),
    )
    known: list[SourceArticle] = []
    unfit: list[Unreadable] = []
    for each in reading.articles:
        if (each.language or defaults.language) not in brand.languages:
            why = f"is in {each.language!r}; add that to `languages` of brand.yaml"
        elif says_nothing(each):
            why = "holds no text that can be read"
        else:
            known.append(each)
            continue
        unfit.append(Unreadable(place=each.origin, reason=why, hides_others=False))
    return import_articles(pack, known, defaults), (*reading.unreadable, *unfit)


def _area_of(source: str) -> str:
    """The host of an address, the name of a file or folder."""
    address = urlsplit(source[source.find("http") :] if "://" in source else "")
    return address.netloc or Path(source).stem


def read_source(source: str) -> Reading:
    """Everything at a web address, in a help desk (`zendesk:https://...`), in a file, or in all files of a folder.

    Raises `InputInvalid` where there is no such thing, or it is of a kind that can't be read.
    """
    kind, _, address = source.partition(":")
    if address.startswith(("http://", "https://")):
        return _desk(kind, address)
    if source.startswith(("http://", "https://")):
        from assistant.adapters.sources.web import read_web

        return read_web(source)
    path = Path(source)
    readers = _readers()
    if path.is_dir():
        return _folder(path, readers)
    if not path.is_file():
        raise SourceVanished(f"{source}: no such file or folder; name one, or a web address that begins with https://")
    if path.suffix.lower() not in readers:
        raise InputInvalid(f"{source}: can't be read; give one of {', '.join(sorted(readers))}, a folder or an address")
    return readers[path.suffix.lower()](path)


def _desk(kind: str, address: str) -> Reading:
    from assistant.adapters.sources.help_desk import is_desk, read_help_desk

    if not is_desk(kind):
        raise InputInvalid(f"{kind}: no help desk that can be read; write zendesk:, freshdesk: or chatwoot: before it")
    secrets = {name: value.get_secret_value() for name, value in read_source_secrets(kind).items()}
    return read_help_desk(kind, address, secrets)


def _folder(folder: Path, readers: dict[str, Read]) -> Reading:
    """Every file but hidden ones; an article's key and origin are where its file lies in the folder."""
    reading = Reading()
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() or any(part.startswith(".") for part in name.split("/")):
            continue
        reader = readers.get(path.suffix.lower())
        if reader is None:
            reason = f"files ending in {path.suffix or 'nothing'} can't be read"
            reading += Reading(unreadable=(Unreadable(place=str(path), reason=reason, hides_others=False),))
        elif not path.is_file():
            rows = path.suffix.lower() in _TABLES
            lost = Unreadable(place=name, reason="is a link to nothing", hides_others=rows)
            reading += Reading(unreadable=(lost,))
        else:
            reading += _inside(reader(path), path, name)
    return reading


def _inside(reading: Reading, path: Path, name: str) -> Reading:
    """What one file of a folder holds: rows, each with a key of its own however many there are, or a document, which
    hides no other where it can't be read.
    """
    if path.suffix.lower() in _TABLES:
        keyed = [each.model_copy(update={"key": f"{name}/{each.key}"}) for each in reading.articles]
        return Reading(articles=tuple(keyed), unreadable=reading.unreadable)
    keyed = [each.model_copy(update={"key": name, "origin": name}) for each in reading.articles]
    unread = [
        each.model_copy(update={"place": each.place.replace(str(path), name, 1), "hides_others": False})
        for each in reading.unreadable
    ]
    return Reading(articles=tuple(keyed), unreadable=tuple(unread))


def _readers() -> dict[str, Read]:
    from assistant.adapters.sources.documents import read_docx, read_pdf, read_text
    from assistant.adapters.sources.tables import read_csv, read_jsonl
    from assistant.adapters.sources.web import read_html

    return {
        ".html": read_html,
        ".htm": read_html,
        ".pdf": read_pdf,
        ".docx": read_docx,
        ".md": read_text,
        ".txt": read_text,
        ".csv": read_csv,
        ".tsv": read_csv,
        ".jsonl": read_jsonl,
    }
