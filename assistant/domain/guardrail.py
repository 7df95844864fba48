"""What a check says of a text."""

from assistant.domain.value import Value
from assistant.domain.vocabulary import Severity


class Finding(Value):
    """One thing a guardrail noticed; `excerpt` is the text it is about."""

    guardrail: str
    severity: Severity
    message: str
    excerpt: str = ""
