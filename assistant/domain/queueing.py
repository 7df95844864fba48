"""Which queue a mention waits in, and until when it may."""

from datetime import datetime, timedelta

from assistant.domain.brand import Pack, QueueRules
from assistant.domain.understanding import Understanding
from assistant.domain.value import Value
from assistant.domain.vocabulary import Urgency


class Placed(Value):
    """A queue by name, and the moment its promise breaks; None where the queue promises nothing for that urgency."""

    queue: str
    due_at: datetime | None


def queue_and_due(pack: Pack, understanding: Understanding | None, now: datetime) -> Placed:
    """The brand's queue rules applied; elapsed minutes count, business hours don't.

    What nobody understood counts as urgent. An author many people read waits half as long.
    """
    queue = _queue_for(pack.queues, understanding)
    urgency = understanding.urgency if understanding else Urgency.HIGH
    policy = next((policy for policy in pack.queues.queues if policy.name == queue), None)
    minutes = policy.due_minutes.get(urgency.value) if policy else None
    if minutes is None:
        return Placed(queue=queue, due_at=None)
    share = 0.5 if understanding and understanding.reach.tier == "high" else 1.0
    return Placed(queue=queue, due_at=now + timedelta(minutes=minutes * share))


def _queue_for(rules: QueueRules, understanding: Understanding | None) -> str:
    """Sensitivities go first, in the order the brand wrote them; then the topic; then the default."""
    if understanding is None:
        return rules.default
    fired = {sensitivity.category for sensitivity in understanding.sensitivity}
    for category, queue in rules.by_sensitivity.items():
        if category in fired:
            return queue
    return rules.by_topic.get(understanding.situation.topic or "", rules.default)
