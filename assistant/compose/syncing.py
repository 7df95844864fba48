"""Wires the reading of sources: what they say goes into the pack, what they lost out of it, and the index follows."""

import hmac
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path

from assistant.compose import load_brand, utc_now
from assistant.compose.knowledge import forget_articles, index_or_mend, quiet
from assistant.compose.sources import import_into
from assistant.domain.brand import Pack
from assistant.domain.sources import KnowledgeSource, Sync, WhenGone
from assistant.kb.import_articles import articles_of_area
from assistant.ports import Store
from assistant.ports.sources import Unreadable
from assistant.settings import Settings, read_source_secrets
from assistant.workflows.sync_sources import sync_due, sync_now

MOST_GONE = 0.5
"""Share of a source's articles that may vanish at once and still be deleted; more looks like a mistake."""
_NAMED = 20
"""Unreadable places kept of one reading."""


def sync_source(settings: Settings, folder: Path, pack: Pack, name: str, *, store: Store) -> Sync:
    """Read one source here and now. Raises `NotFound`."""
    return sync_now(name, pack=pack, store=store, clock=utc_now, read_into=_reader(settings, folder))


def syncing(settings: Settings, folder: Path, store: Store) -> Callable[[], int]:
    """What a worker does again and again: read every source that is due; how many were.

    The pack is read afresh each time, so that a source added to sources.yaml needs no restart.
    """

    def step() -> int:
        if not (folder / "sources.yaml").is_file():
            return 0
        pack = load_brand(settings, folder)
        return len(sync_due(pack=pack, store=store, clock=utc_now, read_into=_reader(settings, folder)))

    return step


def calls_with_key(name: str, given: str) -> bool | None:
    """Whether a webhook's caller knows the source's `ASSISTANT_SOURCE_<NAME>_SECRET`; None where there is none."""
    secret = read_source_secrets(name).get("secret")
    if secret is None:
        return None
    return hmac.compare_digest(given.encode(), secret.get_secret_value().encode())


def _reader(settings: Settings, folder: Path) -> Callable[[KnowledgeSource, Sync], Sync]:
    def read_into(source: KnowledgeSource, sync: Sync) -> Sync:
        known = articles_of_area(folder, source.name)
        done, unreadable = import_into(
            source.address, folder, area=source.name, audience=source.audience.value, approved=source.approved
        )
        there = {*done.added, *done.changed, *done.unchanged}
        gone = _gone(known, there, unreadable)
        deleted = gone if source.when_gone is WhenGone.DELETE and len(gone) <= MOST_GONE * len(known) else ()
        if deleted:
            forget_articles(settings, folder, deleted, by=f"source {source.name}", progress=quiet)
        else:  # also where nothing changed: an earlier reading may have ended before the index followed
            index_or_mend(settings, load_brand(settings, folder), progress=quiet)
        return sync.model_copy(
            update={
                "articles": len(there),
                "added": done.added,
                "changed": done.changed,
                "gone": gone,
                "deleted": deleted,
                "unreadable": _named([f"{each.place}: {each.reason}" for each in unreadable if not each.withheld]),
            }
        )

    return read_into


def _gone(known: Mapping[str, str], there: Collection[str], unreadable: Sequence[Unreadable]) -> tuple[str, ...]:
    """Articles neither read nor at a place that couldn't be; none where more may be hidden."""
    if any(each.hides_others for each in unreadable):
        return ()
    unread = {each.place for each in unreadable if not each.withheld}
    return tuple(sorted(name for name, origin in known.items() if name not in there and origin not in unread))


def _named(lines: Sequence[str]) -> tuple[str, ...]:
    left = len(lines) - _NAMED
    return (*lines[:_NAMED], *((f"and {left} more",) if left > 0 else ()))
