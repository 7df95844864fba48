"""Judged drafts count as long as the pipeline still writes them, and what they allow is kept with its versions."""

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from assistant.adapters.extractive import Extractive
from assistant.adapters.permit_file import PermitFile
from assistant.desk.intake import parse_mention
from assistant.domain.automation import AutomationState
from assistant.domain.certificate import Permits
from assistant.domain.draft import Claim, running_text
from assistant.domain.vocabulary import ClaimKind, Decision, Reason
from assistant.errors import Infrastructure, ModelUnavailable
from assistant.evals.judged import Certified, JudgedDraft, substance_of
from assistant.pipeline.respond import Pipeline
from assistant.ports import Drafted, DraftRequest
from assistant.prompts import Prompts
from assistant.workflows.certify_pack import certify_pack, still_holds
from tests import pipeline_builders as build

PROMPTS = Prompts(Path(__file__).parents[2] / "prompts")
QUESTION = "What is the size of one small bag under the seat on every fare?"


def pipeline(permits: Permits = build.PERMITS) -> Pipeline:
    embedder = build.WordEmbedder()
    return Pipeline(
        pack=build.pack(),
        embedder=embedder,
        languages=build.OneLanguage(),
        heads=build.KeywordHeads({"upset": {"in_scope": False}}),
        index=build.ListIndex((build.article(), build.REFUNDS), embedder),
        drafter=Extractive(PROMPTS),
        clock=lambda: build.NOW,
        automation=AutomationState,
        permits=lambda: permits,
    )


async def judged(count: int, *, errors: int = 0) -> list[JudgedDraft]:
    respond = pipeline()
    rows = []
    for number in range(count):
        fields = {"id": f"d{number}", "channel": "email", "text": f"{QUESTION} {'x' * number}"}
        mention = parse_mention(fields, pack=build.pack(), default_channel=None, position=fields["id"])
        (turn,) = await respond([mention])
        assert turn.draft is not None
        substance = substance_of(turn.draft)
        rows.append(JudgedDraft(**fields, draft=turn.draft.text, substance_sha256=substance, error=number < errors))
    return rows


async def outcome(rows: Sequence[JudgedDraft]) -> tuple[Certified, Permits]:
    respond = pipeline()
    done: list[tuple[int, int]] = []
    found = await certify_pack(
        rows,
        pack=build.pack(),
        respond=respond,
        versions=respond.versions(),
        labels_sha256="l1",
        now=build.NOW,
        progress=lambda steps, total: done.append((steps, total)),
    )
    assert sum(steps for steps, _ in done) == len(rows)
    assert {total for _, total in done} == {len(rows)}
    return found


async def test_enough_good_drafts_certify_their_slice_and_routing_then_sends() -> None:
    certified, permits = await outcome(await judged(50))
    (certificate,) = certified.certificates
    assert (certificate.certified, certificate.slice, certificate.n) == (True, "larkspur/private/self_serve", 50)
    asked = [build.mention(QUESTION, channel=channel, visibility=kind) for channel, kind in KINDS]
    private, public = await pipeline(permits)(asked)
    assert (private.route.decision, private.route.certified) == (Decision.AUTO_REPLY, True)
    assert (public.route.reasons, public.route.certified) == ((Reason.NOT_CERTIFIED,), False)


KINDS = (("email", "private"), ("facebook", "public"))


async def test_a_model_that_is_away_certifies_nothing_under_its_name() -> None:
    class Away(Extractive):
        async def draft(self, request: DraftRequest) -> Drafted:
            return (await super().draft(request))._replace(fell_back=True, why="a-model could not be used")

    rows = await judged(50)
    respond = pipeline().with_drafter(Away(PROMPTS))
    with pytest.raises(ModelUnavailable, match="for 50 of 50"):
        await certify_pack(
            rows,
            pack=build.pack(),
            respond=respond,
            versions=respond.versions(),
            labels_sha256="l1",
            now=build.NOW,
            progress=lambda steps, total: None,
        )


async def test_too_many_errors_certify_nothing() -> None:
    certified, permits = await outcome(await judged(50, errors=3))
    assert [one.certified for one in certified.certificates] == [False]
    (turn,) = await pipeline(permits)([build.mention(QUESTION)])
    assert turn.route.reasons == (Reason.NOT_CERTIFIED,)


async def test_a_judgement_of_another_draft_drops_out_and_is_named() -> None:
    rows = await judged(50)
    rows[7] = rows[7].model_copy(update={"substance_sha256": "of something else"})
    certified, _ = await outcome(rows)
    (again,) = certified.changed
    assert (again.id, again.error, again.substance_sha256) == ("d7", None, rows[6].substance_sha256)
    assert certified.certificates[0].labels == 49


async def test_a_draft_nobody_read_yet_is_there_to_judge_and_no_label() -> None:
    rows = await judged(50)
    rows[7] = rows[7].model_copy(update={"error": None})
    rows[8] = JudgedDraft(id="d8", channel=rows[8].channel, text=rows[8].text)
    certified, _ = await outcome(rows)
    assert [(each.id, each.error, each.substance_sha256) for each in certified.changed] == [
        ("d7", None, rows[7].substance_sha256),
        ("d8", None, rows[7].substance_sha256),
    ]
    assert certified.certificates[0].labels == 48


async def test_disclosure_and_closing_question_are_not_what_was_judged_and_every_other_word_is() -> None:
    (turn,) = await pipeline()([build.mention(QUESTION)])
    assert turn.draft is not None
    asking = Claim(text="Was that it?", kind=ClaimKind.QUESTION)
    *claims, disclosed = turn.draft.claims
    assert disclosed.kind is ClaimKind.DISCLOSURE

    def substance(*parts: Claim) -> str:
        draft = turn.draft.model_copy(update={"claims": parts, "text": running_text(parts)}) if turn.draft else None
        assert draft is not None
        return substance_of(draft, closing_questions=("Was that it?",))

    judged_once = substance(*claims, disclosed)
    other = disclosed.model_copy(update={"text": "A machine wrote this."})
    assert substance(*claims, asking, other) == judged_once
    assert substance(*claims, asking.model_copy(update={"text": "And where to?"}), disclosed) != judged_once
    cited = claims[0].citations[0].model_copy(update={"quote": "The article says something else by now."})
    reworded = claims[0].model_copy(update={"text": f"{claims[0].text} Promised!"})
    assert substance(reworded, *claims[1:], disclosed) != judged_once
    assert substance(claims[0].model_copy(update={"citations": (cited,)}), *claims[1:], disclosed) != judged_once


async def test_what_would_not_be_sent_is_left_out_rather_than_counted_as_good() -> None:
    rows = await judged(50)
    rows[3] = rows[3].model_copy(update={"text": f"{QUESTION} upset"})
    certified, _ = await outcome(rows)
    assert (certified.not_sent, certified.certificates[0].labels) == (1, 49)


async def test_an_outcome_is_used_again_until_anything_changes() -> None:
    _, permits = await outcome(await judged(50))
    versions = pipeline().versions()

    def holds(**changes: object) -> bool:
        facts: dict[str, object] = {"versions": versions, "labels_sha256": "l1", "now": build.NOW} | changes
        return still_holds(permits, **facts)  # type: ignore[arg-type]

    assert holds()
    assert not holds(versions={**versions, "heads": "other"})
    assert not holds(labels_sha256="l2")
    assert not holds(now=build.NOW + timedelta(days=31))
    assert not still_holds(Permits(), versions=versions, labels_sha256="", now=build.NOW)


async def test_permits_survive_the_file_and_a_broken_file_permits_nothing(tmp_path: Path) -> None:
    _, permits = await outcome(await judged(50))
    file = PermitFile(tmp_path / "certificates" / "larkspur.json")
    assert file.read() == Permits()
    file.write(permits)
    assert file.read() == permits
    assert PermitFile(tmp_path / "certificates" / "larkspur.json").read() == permits
    file.write(Permits(rehearsal=True))
    assert not file.read().rehearsal, "no file may switch the proof off"
    (tmp_path / "certificates" / "larkspur.json").write_text("{", encoding="utf-8")
    assert file.read() == Permits()
    with pytest.raises(Infrastructure, match="ASSISTANT_DATA_DIR"):
        PermitFile(tmp_path / "certificates" / "larkspur.json" / "below.json").write(permits)
