"""A question to somebody outside the desk, and what came back."""

from datetime import datetime

from assistant.domain.value import Value


class ExpertAsk(Value):
    """One side thread. `question` holds no personal data; `draft_turn` is the turn the answer became, `proposal` the
    article it proposes; both None until the answer is there."""

    id: str
    brand_id: str
    conversation_id: str
    turn_id: str
    expert: str
    question: str
    by: str
    at: datetime
    answer: str = ""
    answered_at: datetime | None = None
    draft_turn: str | None = None
    proposal: str | None = None
