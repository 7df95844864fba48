"""Reads a brand's folder into one checked value: brand, intents, channels, queues, automation and articles.

Every mistake is collected, as `file:line: field: what is wrong, what to do`, so that an author sees them all at once.
"""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import TypeAdapter

from assistant.domain.agents import OnCall
from assistant.domain.brand import AutomationPolicy, Brand, ChannelPolicy, Intent, Pack, QueueRules
from assistant.domain.calendars import CalendarRules
from assistant.domain.commitments import Offer
from assistant.domain.fairness import GoodwillPolicy
from assistant.domain.follow_up import FollowUpPolicy
from assistant.domain.incident import Incident
from assistant.domain.knowledge import Article
from assistant.domain.sources import KnowledgeSource
from assistant.domain.strategy import StrategyPolicy
from assistant.errors import PackInvalid
from assistant.kb import pack_checks as checks
from assistant.kb.pack_article import parse_article
from assistant.kb.pack_desk import (
    check_agents,
    check_calendars,
    check_charts,
    check_goodwill,
    check_incidents,
    check_ladders,
    check_sources,
    check_strategies,
)
from assistant.kb.pack_source import (
    Entry,
    Parsed,
    Problems,
    Source,
    as_mapping,
    read_text,
    validated,
    validated_entries,
    values_of,
)


def load_pack(folder: Path) -> Pack:
    """The pack in `folder`. Raises `PackInvalid` with every mistake in it."""
    if not folder.is_dir():
        raise PackInvalid([f"{folder}:1: no such folder; name the folder that holds brand.yaml"])
    reader = _Reader(folder)
    pack = reader.pack()
    if pack is None or reader.problems.found:
        raise PackInvalid(reader.problems.in_order())
    return pack


def load_brand_file(folder: Path) -> Brand:
    """What brand.yaml says, without the rest of the pack. Raises `PackInvalid`."""
    reader = _Reader(folder)
    brand = reader.brand()
    if brand is None:
        raise PackInvalid([*reader.problems.in_order(), f"{folder}: begin a pack with `assistant pack new`"])
    return brand


class _Desk(NamedTuple):
    """Files about the desk; a brand may do without each."""

    calendars: Entry[CalendarRules] | None
    strategies: Entry[StrategyPolicy] | None
    follow_up: Entry[FollowUpPolicy] | None
    goodwill: Entry[GoodwillPolicy] | None
    agents: Entry[OnCall] | None


class _Reader:
    """One reading of one folder: the fingerprint of what was read, and every problem with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems = Problems()
        self.digest = hashlib.sha256()

    def brand(self) -> Brand | None:
        """Who speaks, or None where that can't be had, which is noted."""
        entry = self._whole("brand.yaml", TypeAdapter(Brand))
        return entry.value if entry else None

    def pack(self) -> Pack | None:
        """The pack, or None where a part can't be had; problems may be noted either way."""
        brand = self._whole("brand.yaml", TypeAdapter(Brand))
        queues = self._whole("queues.yaml", TypeAdapter(QueueRules))
        policy = self._whole("automation.yaml", TypeAdapter(AutomationPolicy))
        intents, raw_intents = self._intents()
        intent_ids = {str(fields.get("id")) for fields in raw_intents}
        topics = {str(fields.get("topic")) for fields in raw_intents}
        scope = self._entries("out_of_scope.yaml", TypeAdapter(str))
        channels = self._entries("channels.yaml", TypeAdapter(ChannelPolicy))
        incidents = self._optional_entries("incidents.yaml", TypeAdapter(Incident))
        sources = self._optional_entries("sources.yaml", TypeAdapter(KnowledgeSource))
        desk = self._desk()
        articles = self._articles()
        self._check_lists(intents, intent_ids, scope, channels, articles, brand)
        check_sources(sources, self.problems)
        check_incidents(incidents, intent_ids=intent_ids, topics=topics, problems=self.problems)
        if not (brand and queues and policy):
            return None
        names = {entry.value.name for entry in channels}
        values = tuple(entry.value for entry in intents)
        offers = tuple(entry.value for entry in self._offers())
        self._check_rules(
            desk, brand, queues, policy, values=values, offers=offers, topics=topics, channels=names, ids=intent_ids
        )
        return Pack(
            brand=brand.value,
            intents=values,
            out_of_scope=tuple(entry.value for entry in scope),
            channels=tuple(entry.value for entry in channels),
            queues=queues.value,
            automation=policy.value,
            articles=tuple(entry.value for entry in articles),
            offers=offers,
            incidents=tuple(entry.value for entry in incidents),
            sources=tuple(entry.value for entry in sources),
            calendars=desk.calendars.value if desk.calendars else CalendarRules(),
            on_call=desk.agents.value if desk.agents else OnCall(),
            strategies=desk.strategies.value if desk.strategies else StrategyPolicy(),
            goodwill=desk.goodwill.value if desk.goodwill else GoodwillPolicy(),
            follow_up=desk.follow_up.value if desk.follow_up else FollowUpPolicy(),
            fingerprint=self.digest.hexdigest(),
        )

    def _check_rules(
        self,
        desk: _Desk,
        brand: Entry[Brand],
        queues: Entry[QueueRules],
        policy: Entry[AutomationPolicy],
        *,
        values: Sequence[Intent],
        offers: Sequence[Offer],
        topics: Collection[str],
        channels: Collection[str],
        ids: Collection[str],
    ) -> None:
        """What one file says of another."""
        checks.check_brand(brand, self.problems)
        checks.check_filled(brand, self.problems)
        checks.check_sign_offs(brand, channels, self.problems)
        checks.check_queues(queues, topics, self.problems)
        checks.check_automation(policy, values, intent_ids=ids, channels=channels, problems=self.problems)
        check_charts(policy, self.folder, self.problems)
        check_strategies(
            desk.strategies,
            queues.value,
            brand.value,
            intents=ids,
            topics=topics,
            channels=channels,
            problems=self.problems,
        )
        check_agents(desk.agents, desk.calendars, brand.value, queues.value, self.problems)
        check_ladders(desk.agents, queues.value, policy.value.charts, self.folder, self.problems)
        check_calendars(desk.calendars, queues.value, brand.value.languages, self.problems)
        check_goodwill(desk.goodwill, offers, intents=ids, topics=topics, problems=self.problems)

    def _desk(self) -> _Desk:
        return _Desk(
            calendars=self._optional("calendars.yaml", TypeAdapter(CalendarRules)),
            strategies=self._optional("strategies.yaml", TypeAdapter(StrategyPolicy)),
            follow_up=self._optional("follow_up.yaml", TypeAdapter(FollowUpPolicy)),
            goodwill=self._optional("goodwill.yaml", TypeAdapter(GoodwillPolicy)),
            agents=self._optional("agents.yaml", TypeAdapter(OnCall)),
        )

    def _offers(self) -> tuple[Entry[Offer], ...]:
        """A brand that offers nothing needs no offers.yaml."""
        if not (self.folder / "offers.yaml").is_file():
            return ()
        offers = self._entries("offers.yaml", TypeAdapter(Offer))
        checks.check_offers(offers, self.problems)
        return offers

    def _check_lists(
        self,
        intents: tuple[Entry[Intent], ...],
        intent_ids: Collection[str],
        scope: tuple[Entry[str], ...],
        channels: tuple[Entry[ChannelPolicy], ...],
        articles: tuple[Entry[Article], ...],
        brand: Entry[Brand] | None,
    ) -> None:
        checks.check_intents(intents, scope, self.problems)
        checks.check_channels(channels, self.problems)
        checks.check_articles(
            articles,
            intent_ids=intent_ids,
            languages=brand.value.languages if brand else (),
            channels=tuple(entry.value for entry in channels),
            problems=self.problems,
        )

    def _intents(self) -> tuple[tuple[Entry[Intent], ...], list[Mapping[str, object]]]:
        """The good intents, and the fields of all: a broken one is still known to those who name it."""
        read = self._read("intents.yaml")
        if read is None:
            return (), []
        raw = read.value if isinstance(read.value, list) else []
        fields = [mapping for mapping in map(as_mapping, raw) if mapping is not None]
        return validated_entries(TypeAdapter(Intent), read.source, read.value, self.problems), fields

    def _entries(self, name: str, adapter: TypeAdapter[Parsed]) -> tuple[Entry[Parsed], ...]:
        read = self._read(name)
        return validated_entries(adapter, read.source, read.value, self.problems) if read else ()

    def _optional_entries(self, name: str, adapter: TypeAdapter[Parsed]) -> tuple[Entry[Parsed], ...]:
        return self._entries(name, adapter) if (self.folder / name).exists() else ()

    def _optional(self, name: str, adapter: TypeAdapter[Parsed]) -> Entry[Parsed] | None:
        return self._whole(name, adapter) if (self.folder / name).exists() else None

    def _whole(self, name: str, adapter: TypeAdapter[Parsed]) -> Entry[Parsed] | None:
        read = self._read(name)
        checked = validated(adapter, read.source, read.value, self.problems) if read else None
        return Entry(checked, read.source) if read and checked is not None else None

    def _articles(self) -> tuple[Entry[Article], ...]:
        folder = self.folder / "articles"
        if not folder.is_dir():
            self.problems.add_line("articles", 1, "the folder is missing; every pack needs articles/<area>/<id>.md")
            return ()
        names = sorted(path.relative_to(self.folder).as_posix() for path in folder.rglob("*.md") if path.is_file())
        texts = ((name, self._text(name)) for name in names)
        articles = (parse_article(name, text, self.problems) for name, text in texts if text is not None)
        return tuple(article for article in articles if article is not None)

    def _read(self, name: str) -> Entry[object] | None:
        text = self._text(name)
        if text is None:
            return None
        source = Source(name, text)
        value = values_of(source, self.problems)
        return Entry(value, source) if value is not None else None

    def _text(self, name: str) -> str | None:
        text = read_text(self.folder, name, self.problems)
        if text is not None:
            self.digest.update(f"{name}\0{len(text)}\0{text}".encode("utf-8", "surrogatepass"))
        return text
