"""Wires the look for what is wrong between the brand's articles."""

from contextlib import closing
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.compose import utc_now
from assistant.compose.knowledge import cache_file
from assistant.domain.brand import Pack
from assistant.domain.knowledge import Article
from assistant.ports import Embedder
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.kb.health import Health


def examine_brand(settings: Settings, pack: Pack, embedder: Embedder) -> "Health":
    """What is wrong between the brand's articles. While they stay as they are, a process compares them once a day, and
    sentences examined before are not embedded again.
    """
    kept, on = cache_file(settings, f"health-{pack.brand.id}"), pack.brand.day(utc_now())
    return _examined(pack.articles, embedder, on=on, kept=kept)  # type: ignore[arg-type]  # by identity


@lru_cache(maxsize=1)
def _examined(articles: tuple[Article, ...], embedder: Embedder, *, on: date, kept: Path) -> "Health":
    from assistant.adapters.vector_cache import CachedEmbedder
    from assistant.kb.health import examine

    with closing(CachedEmbedder(embedder, kept)) as cached:
        found = examine(articles, embedder=cached, on=on)
        cached.forget_others()
    return found
