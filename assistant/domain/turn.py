"""The whole journey of one mention in one value: the audit record, what the console shows, what evals score."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from assistant.domain.draft import Draft
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import EvidenceRef
from assistant.domain.mention import Mention
from assistant.domain.routing import Route
from assistant.domain.understanding import Understanding
from assistant.domain.value import Value

FELL_BACK = "drafter_fell_back"
"""Names the note on a draft that its drafter's fallback had to write."""


class Turn(Value):
    """One mention understood, answered or not, checked and routed.

    `understanding` and `draft` are None where a stage failed or nothing was written; `mention` is masked where privacy
    asks it; `versions` names prompts, models, heads, index and pack by content hash; `ms` is wall time by stage,
    a batch's time shared evenly over its mentions; `tokens` counts model tokens in and out.
    """

    mention_id: str
    mention: Mention
    understanding: Understanding | None
    evidence: tuple[EvidenceRef, ...] = ()
    answerable: float = 0.0
    draft: Draft | None = None
    findings: tuple[Finding, ...] = ()
    route: Route
    versions: Mapping[str, str] = Field(default_factory=dict)
    tokens: Mapping[str, int] = Field(default_factory=dict)
    ms: Mapping[str, float] = Field(default_factory=dict)

    @property
    def passage_ids(self) -> tuple[str, ...]:
        """Passages the draft was written from, each once: those found, and those of the same articles that it cites."""
        found = [ref.passage_id for ref in self.evidence]
        cited = [each.passage_id for claim in (self.draft.claims if self.draft else ()) for each in claim.citations]
        return tuple(dict.fromkeys([*found, *cited]))

    @property
    def fell_back(self) -> bool:
        """Whether the drafter that should have written couldn't."""
        return any(finding.guardrail == FELL_BACK for finding in self.findings)

    def row(self) -> dict[str, Any]:
        """The turn as a JSON-ready object, as `assistant run` writes it."""
        return self.model_dump(mode="json")
