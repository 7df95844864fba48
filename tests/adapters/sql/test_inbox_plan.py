"""The inbox walks an index for every view an agent opens; it never looks at every conversation."""

from collections.abc import Sequence

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects import sqlite

from assistant.adapters.sql.inbox import inbox_query
from assistant.adapters.sql.tables import metadata
from assistant.domain.vocabulary import ConversationState, Decision

BOTH = (ConversationState.OPEN, ConversationState.PENDING)


@pytest.mark.parametrize(
    ("states", "decisions", "queue"),
    [
        ((), (), None),
        (BOTH, (), None),
        (BOTH, (Decision.REVIEW, Decision.HANDOFF), None),
        (BOTH, (), "legal"),
    ],
)
def test_every_view_walks_an_index_in_order(
    states: Sequence[ConversationState], decisions: Sequence[Decision], queue: str | None
) -> None:
    engine = create_engine("sqlite://")
    metadata.create_all(engine)
    query = inbox_query(brand_id="b", states=states, decisions=decisions, queue=queue, seen=None, limit=50)
    written = query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True})
    with engine.connect() as connection:
        steps = [row.detail for row in connection.execute(text(f"EXPLAIN QUERY PLAN {written}"))]
    engine.dispose()
    walks = [step for step in steps if "conversations" in step]
    assert len(walks) == len(states or tuple(ConversationState)) * max(1, len(decisions))
    assert all(step.startswith("SEARCH conversations USING INDEX") for step in walks), steps
    after = [steps[place + 1] for place, step in enumerate(steps[:-1]) if "conversations" in step]
    assert not any("TEMP B-TREE" in step for step in after), steps  # what is put in order is the few rows of each walk
