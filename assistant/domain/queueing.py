"""Which queue a mention waits in, and until when it may."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from assistant.domain.brand import Pack, QueueRules
from assistant.domain.calendars import due_after
from assistant.domain.routing import Advice
from assistant.domain.understanding import Understanding
from assistant.domain.vocabulary import Decision, Urgency


class Placed(NamedTuple):
    """A queue by name, and the moment its promise breaks; None where the queue promises nothing for that urgency."""

    queue: str
    due_at: datetime | None


def queue_and_due(
    pack: Pack,
    understanding: Understanding | None,
    now: datetime,
    *,
    advice: Advice | None = None,
    said: Sequence[Advice] = (),
) -> Placed:
    """The brand's queue rules applied; minutes are those of the queue's calendar.

    `advice` is that of the chart which asks for most: its owner takes what a person must see, unless a sensitivity
    has a queue of its own. `said` is what every chart said: the fewest minutes count.

    Where another desk works while this one sleeps, it takes the work and promises what this one would have.
    What nobody understood counts as urgent. An author many people read waits half as long.
    """
    language = understanding.language if understanding else None
    wanted = _queue_for(pack.queues, understanding, advice)
    queue = pack.calendars.queue_now(wanted, language=language, at=now)
    urgency = understanding.urgency if understanding else Urgency.HIGH
    policy = next((policy for policy in pack.queues.queues if policy.name == wanted), None)
    minutes = policy.due_minutes.get(urgency.value) if policy else None
    share = 0.5 if understanding and understanding.reach.tier == "high" else 1.0
    promised = [minutes * share] if minutes is not None else []
    promised += [each.sla_minutes for each in said if each.sla_minutes is not None]
    if not promised:
        return Placed(queue=queue, due_at=None)
    calendar, share = pack.calendars.of(queue), pack.calendars.due_share(wanted, now)
    return Placed(queue=queue, due_at=due_after(calendar, now, min(promised) * share))


def _queue_for(rules: QueueRules, understanding: Understanding | None, advice: Advice | None) -> str:
    """Sensitivities go first, in the order the brand wrote them; then a chart that wants a person; then the topic."""
    if understanding is None:
        return rules.default
    fired = understanding.sensitive
    for category, queue in rules.by_sensitivity.items():
        if category in fired:
            return queue
    if advice is not None and advice.decision is not Decision.AUTO_REPLY and _exists(rules, advice.owner):
        return advice.owner
    return rules.by_topic.get(understanding.situation.topic or "", rules.default)


def needs_approval(pack: Pack, understanding: Understanding | None) -> bool:
    """Whether answers to it go out on nobody's word alone, whichever desk works now."""
    return _queue_for(pack.queues, understanding, None) in pack.on_call.approvals


def goes_before(rules: QueueRules, understanding: Understanding | None, queue: str) -> bool:
    """Whether what fired has a queue that the brand names before this one: an injury doesn't wait with a complaint."""
    fired = understanding.sensitive if understanding else frozenset()
    order = list(dict.fromkeys(rules.by_sensitivity.values()))
    wanted = next((named for category, named in rules.by_sensitivity.items() if category in fired), None)
    return wanted is not None and (queue not in order or order.index(wanted) < order.index(queue))


def _exists(rules: QueueRules, name: str) -> bool:
    return any(queue.name == name for queue in rules.queues)
