"""What is going on around an intent: its topic, and the incidents now open on it."""

from collections.abc import Sequence
from functools import lru_cache

from assistant.domain.brand import Intent
from assistant.domain.incident import Incident
from assistant.domain.understanding import Situation


def situation_of(intent: Intent | None, incidents: Sequence[Incident]) -> Situation:
    """Of the incidents given, which are open, those the intent is about."""
    if intent is None:
        return Situation()
    about = (incident.id for incident in incidents if incident.touches(intent=intent.id, topic=intent.topic))
    return _known(intent.topic, tuple(about))


@lru_cache(maxsize=1024)
def _known(topic: str | None, incidents: tuple[str, ...]) -> Situation:
    """Made once: a brand has few."""
    return Situation(topic=topic, incidents=incidents)
