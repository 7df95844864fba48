"""What a suite holds: cases with promptfoo's keys, and the gates its results must pass."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Literal

from pydantic import Field, JsonValue

from assistant.domain.brand import Pack
from assistant.domain.knowledge import Evidence, Hit, Passage
from assistant.domain.mention import Author, Mention, ThreadMessage
from assistant.domain.value import Value
from assistant.domain.vocabulary import Visibility


class CaseSeverity(StrEnum):
    """How much a case weighs: a critical one must pass by itself, whatever the rates say."""

    NORMAL = "normal"
    CRITICAL = "critical"


class Assertion(Value):
    """One thing that must hold. `type` names a scorer; `metric` is the name it counts under instead of its type."""

    type: str
    value: JsonValue = None
    threshold: float | None = None
    weight: float = Field(default=1.0, ge=0)
    metric: str | None = None

    @property
    def name(self) -> str:
        """What the result is counted under."""
        return self.metric or self.type


class GivenPassage(Value):
    """A passage that replaces retrieval. Without `article_id` it belongs to no article of the pack."""

    text: str
    title: str = ""
    article_id: str | None = None
    score: float = Field(default=1.0, ge=0, le=1)


class CaseVars(Value):
    """What is put in. `channel` and `visibility` left out mean the pack's first channel and its own visibility.

    `passages` replaces retrieval, the empty list too: then nothing was found. `brand` names another than the pack's.
    """

    message: str
    channel: str | None = None
    thread: tuple[ThreadMessage, ...] = ()
    passages: tuple[str | GivenPassage, ...] | None = None
    brand: str | None = None
    visibility: Visibility | None = None
    author: Author = Author()


class CaseMetadata(Value):
    """Who a case is. Cases of one `cluster` (paraphrases, one incident) count as one in the bootstrap."""

    id: str = Field(min_length=1)
    cluster: str | None = None
    severity: CaseSeverity = CaseSeverity.NORMAL
    slice: str | None = None
    source: str | None = None
    licence: str | None = None


class Case(Value):
    """One case, as a line of cases.jsonl says it."""

    description: str = ""
    vars: CaseVars
    assertions: tuple[Assertion, ...] = Field(min_length=1, alias="assert")
    metadata: CaseMetadata

    @property
    def id(self) -> str:
        """The case's id within its suite."""
        return self.metadata.id

    @property
    def cluster(self) -> str:
        """The cluster, or the case's own id where it stands alone."""
        return self.metadata.cluster or self.metadata.id

    @property
    def is_critical(self) -> bool:
        """Whether it gates by itself."""
        return self.metadata.severity is CaseSeverity.CRITICAL

    def as_row(self) -> dict[str, JsonValue]:
        """The case as cases.jsonl holds it, without what was left at its default."""
        row: dict[str, JsonValue] = self.model_dump(mode="json", by_alias=True, exclude_defaults=True)
        return row


class VsBaseline(Value):
    """How a run may differ from its baseline: McNemar's level, and how many cases may newly fail (None: any number)."""

    alpha: float = Field(default=0.05, gt=0, lt=1)
    max_new_failures: int | None = Field(default=None, ge=0)


class Gate(Value):
    """The lower bound of `metric`'s pass rate must reach `min`; the only bound there is yet is Wilson's at 95 %."""

    metric: str
    min: float = Field(gt=0, lt=1)
    on: Literal["lower95"] = "lower95"
    vs_baseline: VsBaseline = VsBaseline()


class Suite(Value):
    """Cases that belong together, in file order, with their gates."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    description: str = ""
    gates: tuple[Gate, ...] = Field(min_length=1)
    cases: tuple[Case, ...] = Field(min_length=1)

    def case(self, case_id: str) -> Case | None:
        """The case of that id."""
        return next((case for case in self.cases if case.id == case_id), None)


def mention_of(case: Case, *, suite: str, pack: Pack) -> Mention:
    """The case as a mention of the pack's brand; its id derives from suite and case."""
    channel = case.vars.channel or pack.channels[0].name
    policy = pack.channel(channel)
    return Mention(
        id=f"{suite}/{case.id}",
        brand_id=case.vars.brand or pack.brand.id,
        channel=channel,
        external_id=case.id,
        text=case.vars.message,
        author=case.vars.author,
        thread=case.vars.thread,
        visibility=case.vars.visibility or (policy.default_visibility if policy else Visibility.PUBLIC),
    )


def evidence_of(case: Case, *, pack: Pack | None) -> Evidence | None:
    """What the case puts in place of retrieval, best first; None where retrieval decides."""
    if case.vars.passages is None:
        return None
    versions: Mapping[str, int] = {article.id: article.version for article in pack.articles} if pack else {}
    hits = []
    for number, given in enumerate(case.vars.passages):
        passage = given if isinstance(given, GivenPassage) else GivenPassage(text=given)
        article_id = passage.article_id or f"given-{case.id}-{number}"
        version = versions.get(article_id, 1)
        hits.append(
            Hit(
                score=passage.score,
                passage=Passage(
                    id=f"{article_id}@{version}#given-{number}",
                    article_id=article_id,
                    version=version,
                    title=passage.title,
                    text=passage.text,
                ),
            )
        )
    return Evidence(hits=tuple(hits), answerable=max((hit.score for hit in hits), default=0.0))
