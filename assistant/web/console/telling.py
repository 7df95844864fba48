"""What happened, in words: to a conversation while somebody had it open, and in the record."""

import json
from collections.abc import Mapping
from datetime import datetime

from assistant.domain.audit import AuditEntry
from assistant.domain.conversation import ConversationDetail
from assistant.ports import Reading

MOST = 4
SAID = 120
"""Letters of a message that came in meanwhile."""
WORDS = {
    "claim_taken_over": "took it over",
    "noted": "wrote a note",
    "tagged": "changed its tags",
    "escalated": "escalated it",
    "de_escalated": "took the escalation back",
    "snoozed": "snoozed it",
    "woke": "opened it again",
    "resolved": "resolved it",
    "reopened": "opened it again",
    "reply_undone": "took the reply back",
    "turn_redrafted": "had it drafted again",
    "turn_decided": "drafted anew",
    "handed_off": "handed it to a person",
    "hand_off_moved": "handed it on to {queue}",
    "kill_switch_on": "stopped automation",
    "kill_switch_off": "allowed automation again",
    "held": "held {scope} back",
    "released": "let {scope} be answered again",
    "ramp_moved": "moved {slice} to {to}",
    "reply_sent": "sent a reply",
    "reply_held": "held a reply for people",
    "reply_pulled_back": "pulled a reply back",
    "reply_taken_off": "took a reply off its network",
    "reply_stays": "could not take a reply off its network",
    "draft_corrected": "said that a sent answer was wrong",
    "draft_judged": "judged a draft",
    "drill_started": "started a drill",
    "suites_started": "started a run of suites",
    "suites_ended": "ended a run of suites",
    "drill_ended": "ended a drill",
    "canary_planted": "planted a wrong draft",
    "canary_settled": "decided on a planted draft",
    "articles_merged": "made two articles one",
    "forgotten": "had a customer forgotten",
}
REVIEWED = {
    "accepted": "sent the draft",
    "edited": "sent the draft, edited",
    "responded": "wrote an answer",
    "ignored": "left it without a reply",
}


def what_happened(look: Reading, detail: ConversationDetail, seen: int, *, since: datetime | None = None) -> list[str]:
    """Who did what to it since then, newest first; empty where `seen` is the current version."""
    if detail.conversation.version == seen:
        return []
    subjects = [detail.conversation.id, *(record.id for record in detail.turns[-2:])]
    subjects += [reply.id for reply in detail.replies[-2:]]
    entries = sorted(
        (entry for subject in subjects for entry in look.audit(subject=subject)), key=lambda entry: -entry.sequence
    )
    texts = {mention.id: mention.text for mention in detail.mentions}
    came_in = {record.id: texts.get(record.turn.mention_id, "") for record in detail.turns if record.number == 1}
    newer = [entry for entry in entries if since is None or entry.at >= since]
    return [f"{entry.at:%H:%M:%S} UTC: {_told_of(entry, came_in)}" for entry in newer[:MOST]]


def _told_of(entry: AuditEntry, came_in: Mapping[str, str]) -> str:
    """An entry in words; a message is decided once, as soon as it came in."""
    if entry.event == "turn_decided" and (text := came_in.get(entry.subject)) is not None:
        return f"“{text[:SAID]}{'…' if len(text) > SAID else ''}” came in"
    return told(entry)


def told(entry: AuditEntry) -> str:
    """An entry in words."""
    facts = json.loads(entry.facts)
    if entry.event == "turn_reviewed" and (did := REVIEWED.get(facts.get("disposition", ""))):
        return f"{entry.actor} {did}"
    if entry.event == "assigned":
        return f"{entry.actor} gave it to {facts.get('to') or facts.get('agent') or 'nobody'}"
    words = WORDS.get(entry.event)
    return f"{entry.actor} {words.format_map(facts)}" if words else f"{entry.actor}: {entry.event.replace('_', ' ')}"
