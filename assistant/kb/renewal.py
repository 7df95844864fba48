"""A running pack that changes: the store's current articles take the place of the ones it began with, and files that
somebody wrote in its folder the place of those it was read from.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from assistant.domain.article_history import content_hash
from assistant.domain.brand import ChannelPolicy, Pack
from assistant.domain.knowledge import Article
from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack

_AT_START: Mapping[str, tuple[str, Callable[[Pack], object]]] = {
    "brand.yaml": ("brand", lambda pack: (pack.brand.id, pack.brand.languages, pack.brand.answers_in)),
    "intents.yaml": ("intents", lambda pack: pack.intents),
    "out_of_scope.yaml": ("out_of_scope", lambda pack: pack.out_of_scope),
    "channels.yaml": ("channels", lambda pack: [_wired(each) for each in pack.channels]),
}
"""What a process is wired with when it starts, by file, with the field of the pack that waits for the next start:
connections, who reads where, and whatever was fitted on the pack, which another model brings, too."""
_FITTED = frozenset({"intents.yaml", "out_of_scope.yaml"})


def _wired(channel: ChannelPolicy) -> tuple[object, ...]:
    return (channel.name, channel.enabled, channel.connect, channel.region, channel.product)


def marks_of(folder: Path, *, articles: bool = False) -> Mapping[str, tuple[int, int]]:
    """When each file of a pack was written last, and its size, whether it can be read or not; another one whenever one
    changed. Files of articles only where they are wanted: the store has those."""
    names = (*folder.glob("*.yaml"), *folder.glob("charts/*.yaml"), *(folder.rglob("*.md") if articles else ()))
    marks: dict[str, tuple[int, int]] = {}
    for path in names:
        try:
            stat = path.stat()
        except OSError:
            continue  # just removed, or being replaced
        marks[path.relative_to(folder).as_posix()] = (stat.st_mtime_ns, stat.st_size)
    return marks


def with_files(pack: Pack, written: Pack, *, fitted: bool = False) -> tuple[Pack, tuple[str, ...]]:
    """`written` as far as a running process can take it up, and the files that wait for the next start.

    What models are fitted on is taken up with another model (`fitted`). Articles stay: the store says which hold. The
    fingerprint is that of `written` where nothing else waits.
    """
    waiting = {
        name: field
        for name, (field, part) in _AT_START.items()
        if part(pack) != part(written) and not (fitted and name in _FITTED)
    }
    held = {field: getattr(pack, field) for field in (*waiting.values(), "articles")}
    mixed = written.model_copy(update=held)
    if waiting or _hashes(pack.articles) != _hashes(written.articles):
        both = hashlib.sha256(f"{written.fingerprint}\0{pack.fingerprint}".encode()).hexdigest()
        mixed = mixed.model_copy(update={"fingerprint": both})
    return mixed, tuple(waiting)


def with_articles(pack: Pack, articles: Sequence[Article], *, folder: Path | None) -> Pack:
    """`pack` with these articles and nothing else changed; the pack itself where it says the same already.

    Its fingerprint is that of the folder where that holds just this, so that the next start finds the same one.
    """
    if _hashes(articles) == _hashes(pack.articles):
        return pack
    ordered = tuple(sorted(articles, key=lambda article: article.path))
    renewed = pack.model_copy(update={"articles": ordered})
    return renewed.model_copy(update={"fingerprint": _folders(renewed, folder) or _own(pack, ordered)})


def _folders(renewed: Pack, folder: Path | None) -> str | None:
    try:
        written = load_pack(folder) if folder is not None else None
    except PackInvalid:
        return None  # somebody is writing in it
    if written is None or _hashes(written.articles) != _hashes(renewed.articles):
        return None
    apart = {"articles": (), "fingerprint": ""}
    return written.fingerprint if written.model_copy(update=apart) == renewed.model_copy(update=apart) else None


def _own(pack: Pack, articles: Sequence[Article]) -> str:
    digest = hashlib.sha256(pack.fingerprint.encode())
    for article_id, text in sorted(_hashes(articles).items()):
        digest.update(f"\0{article_id}\0{text}".encode())
    return digest.hexdigest()


def _hashes(articles: Sequence[Article]) -> dict[str, str]:
    return {article.id: content_hash(article) for article in articles}
