"""Wires a replay: the store's recorded mentions, the pipeline as it is, and the pipeline with the change."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from assistant import compose
from assistant.compose.loop import outcome
from assistant.compose.variant import Variant, respond_for
from assistant.evals.replay import Replay
from assistant.settings import Settings
from assistant.workflows.replay import recorded, replay


def replay_brand(
    settings: Settings,
    variant: Variant,
    *,
    change: str,
    since: timedelta,
    limit: int,
    knowledge: Path | None,
    progress: Callable[[int, int], None],
) -> Replay:
    """Replay what was decided within `since`; `change` names the variant. Raises what the parts raise."""
    pack = compose.load_brand(settings, knowledge)
    with closing(compose.build_store(settings)) as store:
        found = recorded(store, brand_id=pack.brand.id, since=compose.utc_now() - since, limit=limit)
    changed, present = (respond_for(settings, each, knowledge=knowledge) for each in (variant, Variant()))
    return outcome(
        replay(
            found,
            pack=pack,
            before=present.respond,
            after=changed.respond,
            change=change,
            progress=progress,
        )
    )
