from datetime import timedelta

import pytest

from assistant.domain.queueing import queue_and_due
from assistant.domain.understanding import Reach, Understanding
from assistant.domain.vocabulary import Sensitivity, Urgency
from tests.desk_builders import NOW, make_pack, make_understanding

CASES = [
    (make_understanding(), "baggage", 120),
    (make_understanding(urgency=Urgency.HIGH), "baggage", 30),
    (make_understanding(topic="pets", urgency=Urgency.LOW), "care", 480),
    (make_understanding(topic=None), "care", 120),
    (make_understanding(sensitivity=(Sensitivity.LEGAL_THREAT, Sensitivity.SAFETY_INJURY)), "safety", 10),
    (make_understanding(sensitivity=(Sensitivity.MEDICAL,)), "baggage", 120),
    (make_understanding(reach=Reach(followers=9_000_000, tier="high")), "baggage", 60),
    (make_understanding(sensitivity=(Sensitivity.LEGAL_THREAT,)), "legal", None),
    (None, "care", 30),
]


@pytest.mark.parametrize(("understanding", "queue", "minutes"), CASES)
def test_queue_and_due_follow_the_brands_rules(
    understanding: Understanding | None, queue: str, minutes: int | None
) -> None:
    placed = queue_and_due(make_pack(), understanding, NOW)
    assert placed.queue == queue
    assert placed.due_at == (NOW + timedelta(minutes=minutes) if minutes is not None else None)
