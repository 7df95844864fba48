"""What the desk's files of a brand pack must agree on: charts that routes pass, and incidents."""

from collections.abc import Collection, Sequence
from pathlib import Path

from assistant.domain.brand import AutomationPolicy
from assistant.domain.incident import Incident
from assistant.kb.pack_source import Entry, Problems


def check_charts(policy: Entry[AutomationPolicy], folder: Path, problems: Problems) -> None:
    """Each chart once, and its file is there; what stands in it is proven by `assistant chart check`."""
    names = policy.value.charts
    for position, name in enumerate(names):
        if name in names[:position]:
            problems.at(policy, ("charts", position), f"{name!r} is written twice; keep one")
        if not (folder / "charts" / f"{name}.yaml").is_file():
            problems.at(policy, ("charts", position), f"there is no charts/{name}.yaml; add it or correct the name")


def check_incidents(
    incidents: Sequence[Entry[Incident]],
    *,
    intent_ids: Collection[str],
    topics: Collection[str],
    problems: Problems,
) -> None:
    """Unique ids, known intents and topics, an end after the beginning, and something it touches."""
    seen: set[str] = set()
    for entry in incidents:
        incident = entry.value
        if incident.id in seen:
            problems.at(entry, ("id",), f"{incident.id!r} is an incident already; ids are unique")
        seen.add(incident.id)
        if not incident.topics and not incident.intents:
            problems.at(entry, (), "touches nothing; list `topics` or `intents`")
        for position, topic in enumerate(incident.topics):
            if topic not in topics:
                problems.at(entry, ("topics", position), f"no intent has the topic {topic!r}; correct it or remove it")
        for position, intent_id in enumerate(incident.intents):
            if intent_id not in intent_ids:
                problems.at(entry, ("intents", position), f"{intent_id!r} is not an intent of intents.yaml; correct it")
        if incident.valid_until is not None and incident.valid_until <= incident.valid_from:
            problems.at(entry, ("valid_until",), "does not lie after valid_from; correct one of them")
