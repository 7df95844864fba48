"""Who of the desk takes a conversation, and why them."""

from datetime import datetime

from assistant.domain.value import Value


class Assignment(Value):
    """One conversation's owner. `why` are the reasons in words, the weightiest first; `by` is who decided."""

    conversation_id: str
    brand_id: str
    agent: str
    why: tuple[str, ...]
    by: str
    at: datetime
