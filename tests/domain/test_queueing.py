from datetime import timedelta

import pytest

from assistant.domain.precedence import rank_of
from assistant.domain.queueing import queue_and_due
from assistant.domain.understanding import FiredSensitivity, Reach, Understanding
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


def test_what_only_may_be_sensitive_waits_with_its_topic() -> None:
    maybe = (FiredSensitivity(category=Sensitivity.SAFETY_INJURY, score=0.8, certain=False),)
    understanding = make_understanding().model_copy(update={"sensitivity": maybe})
    assert queue_and_due(make_pack(), understanding, NOW).queue == "baggage"
    assert rank_of(understanding) == rank_of(make_understanding())


@pytest.mark.parametrize(("understanding", "queue", "minutes"), CASES)
def test_queue_and_due_follow_the_brands_rules(
    understanding: Understanding | None, queue: str, minutes: int | None
) -> None:
    placed = queue_and_due(make_pack(), understanding, NOW)
    assert placed.queue == queue
    assert placed.due_at == (NOW + timedelta(minutes=minutes) if minutes is not None else None)
