"""A running pack with other articles: those the store holds as current take the place of the ones it began with."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from assistant.domain.article_history import content_hash
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.errors import PackInvalid
from assistant.kb.pack import load_pack


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
