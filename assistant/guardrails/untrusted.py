"""Fences text that others wrote, so that a prompt can hold it as data."""

from assistant.guardrails.injection import neutralise

_OPEN, _CLOSE = "<<<untrusted", "untrusted>>>"


def fence(text: str) -> str:
    """The text between marks it can't contain, hidden characters taken out; every line quoted with `| `."""
    safe = neutralise(text).replace("<<<", "‹‹‹").replace(">>>", "›››")
    quoted = "\n".join(f"| {line}" for line in safe.splitlines()) or "|"
    return f"{_OPEN}\n{quoted}\n{_CLOSE}"
