"""Instructions aimed at the assistant: takes hidden characters out, and looks at what was asked and what was answered.

A second opinion beside the fitted head. The real defence is structure: fenced text, no tools, checked output.
"""

import re

from assistant.domain.guardrail import Finding
from assistant.domain.orders import trips, visible
from assistant.domain.vocabulary import Severity

_OBEYED = re.compile(
    r"\b(?:as an ai (?:language )?model|my (?:system )?(?:prompt|instructions) (?:is|are|say)|i was instructed"
    r"|i've been instructed|ignoring (?:my|all|previous)|system prompt|i am now|jailbreak\w*|developer mode)\b",
    re.IGNORECASE,
)


def neutralise(text: str) -> str:
    """The text as a reader sees it, so that nothing hides in a prompt."""
    return visible(text)


def check(reply: str, *, mention_text: str) -> tuple[Finding, ...]:
    """Blocks a reply that speaks of its own instructions, sends a reply to a suspicious message to review."""
    findings: list[Finding] = []
    if obeyed := _OBEYED.search(reply):
        findings.append(
            Finding(
                guardrail="injection",
                severity=Severity.BLOCK,
                message="The reply speaks of its own instructions.",
                excerpt=obeyed.group(),
            )
        )
    if tripped := trips(mention_text):
        findings.append(
            Finding(
                guardrail="injection",
                severity=Severity.REVIEW,
                message=f"The message looks like an instruction to the assistant ({', '.join(tripped)}).",
            )
        )
    return tuple(findings)
