"""What the files of a brand pack must agree on among each other."""

import re
from collections.abc import Collection, Iterable, Sequence
from pathlib import PurePosixPath
from typing import TypeVar

from assistant.domain.brand import AutomationPolicy, Brand, ChannelPolicy, Intent, QueueRules
from assistant.domain.calendars import is_time_zone
from assistant.domain.commitments import Offer
from assistant.domain.gaps import UNWRITTEN
from assistant.domain.knowledge import Article
from assistant.domain.networks import NETWORKS
from assistant.domain.vocabulary import ArticleStatus, Tier, Urgency, Visibility
from assistant.guardrails.templates import FIELDS, fields_in
from assistant.kb.pack_source import Entry, Problems

SHORT_REPLY_CHARACTERS = 210
"""The longest `short` wording: what a post of 280 characters holds beside a mention of the author and a disclosure."""

Named = TypeVar("Named")

_EVERY_CHANNEL = frozenset({"any", "short"})
_AUTOMATIC_TIERS = frozenset({Tier.SELF_SERVE, Tier.THANKS})


def check_brand(brand: Entry[Brand], problems: Problems) -> None:
    """Languages, disclosure and time zone."""
    for position, language in enumerate(brand.value.answers_in):
        if language not in brand.value.languages:
            problems.at(brand, ("answers_in", position), f"{language!r} is not in `languages`; add it there")
        if language not in brand.value.disclosure:
            problems.at(brand, ("disclosure",), f"has no wording in {language!r}, which answers_in names; add it")
    if not is_time_zone(brand.value.time_zone):
        problem = f"{brand.value.time_zone!r} is not a time zone; write one like Europe/Dublin"
        problems.at(brand, ("time_zone",), problem)


def check_filled(brand: Entry[Brand], problems: Problems) -> None:
    """Wording that code fills in holds the fields it fills, and no other braces."""
    voice = brand.value.voice
    filled = (("holding_closed", voice.holding_closed, "opens"), ("via", (voice.via,), "agent"))
    for name, wordings, field in (*filled, ("thank_peer", voice.thank_peer, "")):
        for wording in wordings:
            if re.search(r"[{}]", wording.replace(f"{{{field}}}", "") if field else wording):
                takes = f"{{{field}}} and no other braces" if field else "no braces"
                problems.at(brand, ("voice", name), f"takes {takes}: {wording!r}")


def check_intents(intents: Sequence[Entry[Intent]], out_of_scope: Sequence[Entry[str]], problems: Problems) -> None:
    """Unique ids, and no message that teaches two things."""
    for repeated, first in _repeated(intents, [entry.value.id for entry in intents]):
        problems.at(repeated, ("id",), f"{first.value.id!r} is an intent already; ids are unique")
    seen: dict[str, str] = {}
    for entry in intents:
        for number, example in enumerate(entry.value.examples):
            if problem := _example_problem(example, entry.value.id, seen):
                problems.at(entry, ("examples", number), problem)
    for message in out_of_scope:
        if problem := _example_problem(message.value, "out_of_scope", seen):
            problems.at(message, (), problem)


def check_queues(rules: Entry[QueueRules], topics: Collection[str], problems: Problems) -> None:
    """Every named queue exists; each promises minutes for every urgency."""
    names = [queue.name for queue in rules.value.queues]
    for path, queue in _named_queues(rules.value):
        if queue not in names:
            problems.at(rules, path, f"{queue!r} is not among the queues ({', '.join(names)}); add it or choose one")
    for topic in rules.value.by_topic:
        if topics and topic not in topics:
            problems.at(rules, ("by_topic", topic), "no intent has this topic; correct it or remove it")
    for position, policy in enumerate(rules.value.queues):
        if policy.name in names[:position]:
            problems.at(rules, ("queues", position, "name"), f"{policy.name!r} is written twice; keep one")
        for urgency in Urgency:
            if policy.due_minutes.get(urgency.value, 0) <= 0:
                minutes = ("queues", position, "due_minutes")
                problems.at(rules, minutes, f"has no minutes above 0 for {urgency.value!r}; add them")


def check_channels(channels: Sequence[Entry[ChannelPolicy]], problems: Problems) -> None:
    """Each channel once, and answers of several posts only where a network lets them be."""
    for repeated, first in _repeated(channels, [entry.value.name for entry in channels]):
        problems.at(repeated, ("name",), f"{first.value.name!r} is written twice; keep one")
    for entry in channels:
        kind = entry.value.connect.kind if entry.value.connect else entry.value.name
        network = NETWORKS.get(kind)
        if entry.value.max_parts > 1 and (network is None or not network.chains):
            problems.at(entry, ("max_parts",), f"{kind} takes no answers of several posts; remove it")


def check_sign_offs(brand: Entry[Brand], channels: Collection[str], problems: Problems) -> None:
    """Each in a language and for a channel the brand has, or for the short or long ones."""
    for language, wordings in brand.value.voice.sign_off.items():
        if language not in brand.value.languages:
            problems.at(brand, ("voice", "sign_off", language), f"{language!r} is not in `languages`; add it there")
        for name in wordings:
            if name not in {"short", "long", *channels}:
                problems.at(brand, ("voice", "sign_off", language, name), "is no channel, nor short or long")


def check_offers(offers: Sequence[Entry[Offer]], problems: Problems) -> None:
    """Each offer once, with a time to be valid in and money for one at least."""
    for repeated, first in _repeated(offers, [entry.value.id for entry in offers]):
        problems.at(repeated, ("id",), f"{first.value.id!r} is an offer already; ids are unique")
    for entry in offers:
        if entry.value.valid_until < entry.value.valid_from:
            problems.at(entry, ("valid_until",), "lies before valid_from; correct one of them")
        if entry.value.budget < entry.value.cost:
            problems.at(entry, ("budget",), "is less than one costs; raise it or remove the offer")


def check_automation(
    policy: Entry[AutomationPolicy],
    intents: Sequence[Intent],
    *,
    intent_ids: Collection[str],
    channels: Collection[str],
    problems: Problems,
) -> None:
    """Only known intents that public policy or a thank-you settles; only known channels."""
    tiers = {intent.id: intent.tier for intent in intents}
    for position, intent_id in enumerate(policy.value.intents):
        tier = tiers.get(intent_id, Tier.SELF_SERVE)
        if intent_id not in intent_ids:
            problems.at(policy, ("intents", position), _unknown_intent(intent_id))
        elif tier not in _AUTOMATIC_TIERS:
            problem = f"{intent_id!r} has tier {tier.value!r} and needs a person; remove it from this list"
            problems.at(policy, ("intents", position), problem)
    slices = {f"{visibility.value}/{tier.value}" for visibility in Visibility for tier in _AUTOMATIC_TIERS}
    for name in policy.value.audit_shares:
        if name not in slices:
            said = f"{name!r} is no slice that is ever automated; write one of {', '.join(sorted(slices))}"
            problems.at(policy, ("audit_shares", name), said)
    for position, channel in enumerate(policy.value.channels):
        if channel not in channels:
            problems.at(policy, ("channels", position), f"{channel!r} is not in channels.yaml; add it there")


def check_articles(
    articles: Sequence[Entry[Article]],
    *,
    intent_ids: Collection[str],
    languages: Collection[str],
    channels: Sequence[ChannelPolicy],
    problems: Problems,
) -> None:
    """Ids, intents, languages, dates, readers and approved wording of every article."""
    names = {channel.name for channel in channels}
    for repeated, first in _repeated(articles, [entry.value.id for entry in articles]):
        problems.at(repeated, ("id",), f"{first.value.id!r} is also the id of {first.source.name}; ids are unique")
    for entry in articles:
        _check_identity(entry, intent_ids, languages, problems)
        _check_blanks(entry, problems)
        _check_readers(entry, channels, problems)
        _check_replies(entry, names, problems)


def _check_identity(
    entry: Entry[Article], intent_ids: Collection[str], languages: Collection[str], problems: Problems
) -> None:
    article = entry.value
    stem = PurePosixPath(entry.source.name).stem
    if article.id != stem:
        problems.at(entry, ("id",), f"{article.id!r} differs from the file's name {stem!r}; make them the same")
    for position, intent_id in enumerate(article.intents):
        if intent_id not in intent_ids:
            problems.at(entry, ("intents", position), _unknown_intent(intent_id))
    if article.status is ArticleStatus.APPROVED and UNWRITTEN in article.body:
        problems.at(entry, ("status",), "nobody has written its answer yet; write it, or leave it a draft")
    if languages and article.language not in languages:
        problems.at(entry, ("language",), f"{article.language!r} is not in `languages` of brand.yaml; add it there")
    if article.valid_until is not None and article.valid_until < article.valid_from:
        problems.at(entry, ("valid_until",), "lies before valid_from; correct one of them")


def _check_readers(entry: Entry[Article], channels: Sequence[ChannelPolicy], problems: Problems) -> None:
    for field, named, known in (
        ("regions", entry.value.regions, {channel.region for channel in channels}),
        ("products", entry.value.products, {channel.product for channel in channels}),
    ):
        for position, name in enumerate(named):
            if name not in known:
                said = f"{name!r} is the {field[:-1]} of no channel in channels.yaml; correct it or name it there"
                problems.at(entry, (field, position), said)


def _check_blanks(entry: Entry[Article], problems: Problems) -> None:
    article = entry.value
    for name, text in (("title", article.title), ("summary", article.summary), ("owner", article.owner)):
        if not text.strip():
            problems.at(entry, (name,), "is blank; write it")
    for position, question in enumerate(article.questions):
        if not question.strip():
            problems.at(entry, ("questions", position), "is blank; write it or remove the line")
    if not article.body.strip():
        problems.at(entry, (), "nothing is written below the front matter; write the article")


def _check_replies(entry: Entry[Article], channels: Collection[str], problems: Problems) -> None:
    for position, reply in enumerate(entry.value.replies):
        length = len(reply.text.strip())
        if length == 0:
            problems.at(entry, ("replies", position, "text"), "is blank; write the wording")
        for name in fields_in(reply.text):
            if name not in FIELDS:
                known = ", ".join(f"{{{field}}}" for field in FIELDS)
                problems.at(entry, ("replies", position, "text"), f"{{{name}}} is no field; use {known} or none")
        if not reply.channels:
            problems.at(entry, ("replies", position, "for"), "is empty; write short, any or names of channels")
        for number, channel in enumerate(reply.channels):
            if channel not in _EVERY_CHANNEL and channel not in channels:
                problem = f"{channel!r} is neither `short`, `any` nor a channel of channels.yaml"
                problems.at(entry, ("replies", position, "for", number), f"{problem}; correct it")
        if "short" in reply.channels and length > SHORT_REPLY_CHARACTERS:
            problem = f"has {length} characters, `short` wording holds {SHORT_REPLY_CHARACTERS}; shorten it"
            problems.at(entry, ("replies", position, "text"), problem)


def _named_queues(rules: QueueRules) -> Iterable[tuple[tuple[str, ...], str]]:
    """Every place that names a queue, with the name."""
    yield ("default",), rules.default
    for category, queue in rules.by_sensitivity.items():
        yield ("by_sensitivity", category.value), queue
    for topic, queue in rules.by_topic.items():
        yield ("by_topic", topic), queue


def _example_problem(example: str, owner: str, seen: dict[str, str]) -> str | None:
    key = " ".join(example.casefold().split())
    if not key:
        return "is blank; write a message or remove the line"
    if key in seen:
        return f"is an example of {seen[key]!r} already; keep it in one place"
    seen[key] = owner
    return None


def _unknown_intent(intent_id: str) -> str:
    return f"{intent_id!r} is not an intent of intents.yaml; correct it or add the intent"


def _repeated(things: Sequence[Named], keys: Sequence[str]) -> Iterable[tuple[Named, Named]]:
    """Each thing whose key was there before, with the first of that key."""
    first: dict[str, Named] = {}
    for thing, key in zip(things, keys, strict=True):
        if key in first:
            yield thing, first[key]
        first.setdefault(key, thing)
