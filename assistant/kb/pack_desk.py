"""What the desk's files of a brand pack must agree on: charts that routes pass, incidents,
calendars, strategies and agents."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from assistant.charts.load import load_chart
from assistant.domain.agents import OnCall
from assistant.domain.brand import AutomationPolicy, Brand, QueueRules, Voice
from assistant.domain.calendars import Calendar, CalendarRules, is_time_zone
from assistant.domain.commitments import Offer
from assistant.domain.fairness import GoodwillPolicy
from assistant.domain.incident import Incident
from assistant.domain.sources import KnowledgeSource
from assistant.domain.strategy import StrategyPolicy
from assistant.errors import ChartInvalid
from assistant.kb.pack_source import Entry, Problems


def check_charts(policy: Entry[AutomationPolicy], folder: Path, problems: Problems) -> None:
    """Each chart once, and its file is there; what stands in it is proven by `assistant chart check`."""
    names = policy.value.charts
    for position, name in enumerate(names):
        if name in names[:position]:
            problems.at(policy, ("charts", position), f"{name!r} is written twice; keep one")
        if not (folder / "charts" / f"{name}.yaml").is_file():
            problems.at(policy, ("charts", position), f"there is no charts/{name}.yaml; add it or correct the name")


def check_sources(sources: Sequence[Entry[KnowledgeSource]], problems: Problems) -> None:
    """Unique names, as each has a folder of its own below articles/."""
    seen: set[str] = set()
    for entry in sources:
        name = entry.value.name
        if name in seen:
            problems.at(entry, ("name",), f"{name!r} is a source already; names are unique")
        seen.add(name)


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


def check_calendars(
    rules: Entry[CalendarRules] | None, queues: QueueRules, languages: Collection[str], problems: Problems
) -> None:
    """Zones that exist, calendars and queues that are known, events that end after they begin."""
    if rules is None:
        return
    names = [calendar.name for calendar in rules.value.calendars]
    known = [queue.name for queue in queues.queues]
    for position, calendar in enumerate(rules.value.calendars):
        if calendar.name in names[:position]:
            problems.at(rules, ("calendars", position, "name"), f"{calendar.name!r} is written twice; keep one")
        _check_calendar(rules, position, calendar, known, problems)
    for queue, name in rules.value.tracks.items():
        if queue not in known:
            problems.at(rules, ("tracks", queue), f"{queue!r} is not a queue of queues.yaml; correct it")
        if name not in names:
            problems.at(rules, ("tracks", queue), f"{name!r} is not among the calendars; add it or choose one")
    _check_sun(rules, known, languages, problems)


def _check_sun(
    rules: Entry[CalendarRules], known: Collection[str], languages: Collection[str], problems: Problems
) -> None:
    for queue, desks in rules.value.follow_the_sun.items():
        for place, desk in enumerate(desks):
            where = ("follow_the_sun", queue, place)
            for named in {queue, desk.queue} - set(known):
                problems.at(rules, where, f"{named!r} is not a queue of queues.yaml; correct it")
            for language in desk.languages:
                if language not in languages:
                    problems.at(rules, where, f"{language!r} is not in `languages` of brand.yaml; add it there")


def _check_calendar(
    rules: Entry[CalendarRules], position: int, calendar: Calendar, queues: Collection[str], problems: Problems
) -> None:
    where = ("calendars", position)
    if not is_time_zone(calendar.time_zone):
        problem = f"{calendar.time_zone!r} is not a time zone; write one like Europe/Dublin"
        problems.at(rules, (*where, "time_zone"), problem)
    for number, shift in enumerate(calendar.shifts):
        for field, hour in {"opens": shift.opens, "closes": shift.closes}.items():
            if hour.tzinfo is not None:
                problem = "write the hour alone, such as 08:00; it is one of the calendar's `time_zone`"
                problems.at(rules, (*where, "shifts", number, field), problem)
    for number, event in enumerate(calendar.events):
        if event.valid_until <= event.valid_from:
            problems.at(rules, (*where, "events", number, "valid_until"), "does not lie after valid_from")
        if event.overflow_to is not None and event.overflow_to not in queues:
            problem = f"{event.overflow_to!r} is not a queue of queues.yaml; correct it"
            problems.at(rules, (*where, "events", number, "overflow_to"), problem)


def check_agents(
    desk: Entry[OnCall] | None,
    calendars: Entry[CalendarRules] | None,
    brand: Brand,
    queues: QueueRules,
    problems: Problems,
) -> None:
    """Each agent once, with known calendar and languages."""
    if desk is None:
        return
    hours = {calendar.name for calendar in calendars.value.calendars} if calendars else set[str]()
    ids = [agent.id for agent in desk.value.agents]
    _check_approvals(desk, queues, problems)
    if any(agent.signs for agent in desk.value.agents) and "{agent}" not in brand.voice.via:
        problems.at(desk, ("agents",), "agents sign, so `via` in brand.yaml's voice needs {agent}")
    for position, agent in enumerate(desk.value.agents):
        where = ("agents", position)
        if agent.id in ids[:position]:
            problems.at(desk, (*where, "id"), f"{agent.id!r} is written twice; keep one")
        if agent.calendar is not None and agent.calendar not in hours:
            problems.at(desk, (*where, "calendar"), f"{agent.calendar!r} is not in calendars.yaml; add it there")
        for number, language in enumerate(agent.languages):
            if language not in brand.languages:
                problem = f"{language!r} is not in `languages` of brand.yaml; add it there"
                problems.at(desk, (*where, "languages", number), problem)


def check_ladders(
    desk: Entry[OnCall] | None, queues: QueueRules, charts: Sequence[str], folder: Path, problems: Problems
) -> None:
    """Each ladder is that of a queue or of a team in a chart: nobody would ever be called by another."""
    names = {queue.name for queue in queues.queues}
    others = [team for team in desk.value.ladders if team not in names] if desk else []
    if desk is None or not others:
        return
    try:
        loaded = [load_chart(folder / "charts" / f"{name}.yaml") for name in charts]
    except ChartInvalid:
        return  # told where charts are proven
    teams = {team for chart in loaded for team in chart.teams}
    for team in (each for each in others if each not in teams):
        problem = f"{team!r} is no queue and no team of a chart; correct it or remove it"
        problems.at(desk, ("ladders", team), problem)


def _check_approvals(desk: Entry[OnCall], queues: QueueRules, problems: Problems) -> None:
    for position, queue in enumerate(desk.value.approvals):
        if all(each.name != queue for each in queues.queues):
            problems.at(desk, ("approvals", position), f"{queue!r} is not a queue of queues.yaml; correct it")
        elif not desk.value.ladder(queue):
            problems.at(desk, ("approvals", position), f"{queue!r} has no ladder, so nobody could be asked; add one")


def check_strategies(
    policy: Entry[StrategyPolicy] | None,
    queues: QueueRules,
    brand: Brand,
    *,
    intents: Collection[str],
    topics: Collection[str],
    channels: Collection[str],
    problems: Problems,
) -> None:
    """Rules name what the pack knows, and peers can be asked where a rule wants it."""
    if policy is None:
        return
    for position, rule in enumerate(policy.value.rules):
        named = {"intents": (rule.intents, intents), "topics": (rule.topics, topics)}
        for field, (words, known) in {**named, "channels": (rule.channels, channels)}.items():
            for number, word in enumerate(words):
                if word not in known:
                    where = ("rules", position, field, number)
                    problems.at(policy, where, f"the pack has no {field[:-1]} {word!r}; correct it or remove it")
    for position, promotion in enumerate(policy.value.promotions):
        for number, queue in enumerate(promotion.queues):
            if all(each.name != queue for each in queues.queues):
                where = ("promotions", position, "queues", number)
                problems.at(policy, where, f"{queue!r} is not a queue of queues.yaml; correct it")
    _check_links(policy, brand, problems)
    _check_peers(policy, brand.voice, problems)


def _check_links(policy: Entry[StrategyPolicy], brand: Brand, problems: Problems) -> None:
    for position, rule in enumerate(policy.value.rules):
        host = urlsplit(rule.link).hostname
        if rule.link and host not in brand.site_hosts:
            problem = f"{rule.link!r} is not on a host of `site_hosts` in brand.yaml; correct it or add the host"
            problems.at(policy, ("rules", position, "link"), problem)


def _check_peers(policy: Entry[StrategyPolicy], voice: Voice, problems: Problems) -> None:
    """Who sends questions to customers has words to invite them with, in which nothing else is filled in."""
    if not policy.value.asks_peers:
        return
    if not voice.invite_peer or not voice.thank_peer:
        problems.at(
            policy, ("rules",), "a rule asks peers: write `invite_peer` and `thank_peer` into brand.yaml's voice"
        )
    for wording in voice.invite_peer:
        if re.findall(r"[{}]\w*", wording) != ["{advocate", "}"]:
            problem = f"`invite_peer` in brand.yaml needs {{advocate}}, once, and no other braces: {wording!r}"
            problems.at(policy, ("rules",), problem)


def check_goodwill(
    policy: Entry[GoodwillPolicy] | None,
    offers: Collection[Offer],
    *,
    intents: Collection[str],
    topics: Collection[str],
    problems: Problems,
) -> None:
    """Rules name intents, topics and offers the pack knows."""
    if policy is None:
        return
    for position, rule in enumerate(policy.value.rules):
        if rule.offer is not None and all(each.id != rule.offer for each in offers):
            problems.at(policy, ("rules", position, "offer"), f"{rule.offer!r} is not in offers.yaml; correct it")
        for field, (words, known) in {"intents": (rule.intents, intents), "topics": (rule.topics, topics)}.items():
            for number, word in enumerate(words):
                if word not in known:
                    where = ("rules", position, field, number)
                    problems.at(policy, where, f"the pack has no {field[:-1]} {word!r}; correct it or remove it")
