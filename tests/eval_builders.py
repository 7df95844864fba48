"""Small cases, turns and a scripted pipeline for the tests of evals."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.domain.draft import Citation, Claim, Draft
from assistant.domain.guardrail import Finding
from assistant.domain.knowledge import Evidence, EvidenceRef
from assistant.domain.mention import Mention
from assistant.domain.routing import Route
from assistant.domain.turn import Turn
from assistant.domain.understanding import FiredSensitivity, Understanding
from assistant.domain.vocabulary import ClaimKind, Decision, Reason, Sensitivity
from assistant.evals.case import Assertion, Case, Gate, Suite
from assistant.evals.results import Manifest, Run, ScoreRow, StoredTurn
from assistant.evals.score import Context, Score
from assistant.evals.scorers import score
from tests.pipeline_builders import NOW, mention, understanding

DISCLOSURE = "– AI assistant"


def claim(
    text: str, kind: ClaimKind = ClaimKind.POLICY, *, article: str | None = "cabin-bags", **changes: object
) -> Claim:
    citations = (Citation(passage_id=f"{article}@2#0", article_id=article, version=2, quote=text),) if article else ()
    fields: dict[str, object] = {"text": text, "kind": kind, "citations": citations, "supported": True}
    return Claim.model_validate(fields | changes)


def draft(*claims: Claim | str) -> Draft:
    made = tuple(claim(part) if isinstance(part, str) else part for part in claims)
    said = (*made, claim(DISCLOSURE, ClaimKind.DISCLOSURE, article=None))
    return Draft(text=" ".join(part.text for part in said), claims=said, drafter="scripted", language="en")


def turn(
    reply: Draft | str | None = "Every fare includes one small bag.",
    decision: Decision = Decision.AUTO_REPLY,
    *,
    asked: Mention | None = None,
    read: Understanding | None = None,
    understood: bool = True,
    fired: Sequence[Sensitivity] = (),
    findings: Sequence[Finding] = (),
    ms: Mapping[str, float] | None = None,
    tokens: Mapping[str, int] | None = None,
) -> Turn:
    about = asked or mention()
    reasons = () if decision is Decision.AUTO_REPLY else (Reason.LOW_CONFIDENCE,)
    sensitivity = tuple(FiredSensitivity(category=category, score=0.9) for category in fired)
    meaning = read or understanding(sensitivity=sensitivity)
    return Turn(
        mention_id=about.id,
        mention=about,
        understanding=meaning if understood else None,
        evidence=(
            EvidenceRef(article_id="cabin-bags", passage_id="cabin-bags@2#0", version=2, title="Bags", score=0.8),
        ),
        draft=draft(reply) if isinstance(reply, str) else reply,
        findings=tuple(findings),
        route=Route(decision=decision, reasons=reasons, queue="care", due_at=None, slice="larkspur/x/self_serve"),
        ms=ms or {"embed": 2.0, "check": 3.0},
        tokens=tokens or {},
    )


def case(case_id: str = "one", *asserts: Mapping[str, object], message: str = "how big", **metadata: object) -> Case:
    return Case.model_validate(
        {
            "vars": {"message": message},
            "assert": list(asserts) or [{"type": "care:route", "value": "AUTO_REPLY"}],
            "metadata": {"id": case_id, **metadata},
        }
    )


def suite(*cases: Case, name: str = "small", metric: str = "care:route", least: float = 0.9) -> Suite:
    return Suite(name=name, description="A small one.", gates=(Gate(metric=metric, min=least),), cases=cases)


def judged(kind: str, about: Turn, value: object = None, *, context: Context | None = None, **more: object) -> Score:
    assertion = Assertion.model_validate({"type": kind, "value": value, **more})
    (given,) = score(about, [assertion], context or Context(case=case()))
    return given


def row(case_id: str, verdict: bool | None = True, **changes: object) -> ScoreRow:
    fields: dict[str, object] = {
        "suite": "small",
        "case_id": case_id,
        "epoch": 0,
        "index": 0,
        "assertion": "care:route",
        "metric": "care:route",
        "value": None if verdict is None else float(verdict),
        "pass": verdict,
        "reason": "because",
        "cluster": case_id,
        "ms": 2.0,
    }
    return ScoreRow.model_validate(fields | changes)


def run(rows: Sequence[ScoreRow], *, seconds: float = 1.0, turns: Sequence[StoredTurn] = ()) -> Run:
    names = tuple(dict.fromkeys(row.suite for row in rows))
    cases = len({row.name for row in rows})
    repeats = 1 + max((row.epoch for row in rows), default=0)
    manifest = Manifest(started_at=NOW, seconds=seconds, repeats=repeats, suites=names, cases=cases)
    return Run(manifest=manifest, scores=tuple(rows), turns=tuple(turns))


class Scripted:
    """Answers `yes` mentions automatically and leaves the rest to a person; counts what it was asked."""

    def __init__(self, *, fail_after: int | None = None) -> None:
        self.asked: list[str] = []
        self.evidence: dict[str, Evidence] = {}
        self.fail_after = fail_after

    async def __call__(
        self, mentions: Sequence[Mention], *, evidence: Mapping[str, Evidence] | None = None
    ) -> Sequence[Turn]:
        if self.fail_after is not None and len(self.asked) >= self.fail_after:
            raise KeyboardInterrupt
        self.asked += [asked.id for asked in mentions]
        self.evidence.update(evidence or {})
        return [
            turn(asked=asked) if "yes" in asked.text else turn(None, Decision.HANDOFF, asked=asked)
            for asked in mentions
        ]


def write(folder: Path, suite_yaml: str, *lines: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "suite.yaml").write_text(suite_yaml, encoding="utf-8")
    (folder / "cases.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder
