"""Wires certificates: where they are kept, and how a pack's own judged drafts are certified."""

import asyncio
import hashlib
from codecs import BOM_UTF8
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from assistant import compose
from assistant.compose.rehearsal import Rehearsal, rehearse
from assistant.domain.certificate import Origin, Permits
from assistant.domain.mistake import first_of
from assistant.errors import LabelsInvalid
from assistant.evals.judged import LABELS_FILE, Certified, JudgedDraft
from assistant.settings import Settings
from assistant.workflows.certify_desk import FromDesk, certify_desk
from assistant.workflows.certify_pack import certify_pack, still_holds


def certify_brand(
    settings: Settings, *, knowledge: Path | None, again: bool = False, progress: Callable[[int, int], None]
) -> Certified:
    """Certify the brand from the judged drafts of its pack and keep the outcome; without any, nothing is certified.

    Where labels and versions are those of the outcome kept, it is returned as it is, unless `again`. What labels from
    the desk say of the same versions counts more and stays.
    Raises `LabelsInvalid`, and what the parts raise.
    """
    judged, labels_sha256 = read_judged((knowledge or settings.knowledge) / LABELS_FILE)
    rehearsal = rehearse(settings, knowledge=knowledge)
    file, now = compose.permit_file(settings, rehearsal.pack), compose.utc_now()
    versions = _certified_versions(rehearsal)
    kept = file.read()
    from_desk = [each for each in kept.permits if each.origin is Origin.DESK and dict(each.versions) == versions]
    of_pack = Permits(permits=tuple(each for each in kept.permits if each.origin is Origin.PACK))
    if not again and still_holds(of_pack, versions=versions, labels_sha256=labels_sha256, now=now):
        certificates = tuple(permit.certificate for permit in kept.permits)
        return Certified(certificates=certificates, judged=len(judged), reused=True)

    outcome, permits = asyncio.run(
        certify_pack(
            judged,
            pack=rehearsal.pack,
            respond=rehearsal.respond,
            versions=versions,
            labels_sha256=labels_sha256,
            now=now,
            progress=progress,
        )
    )
    file.write(permits.remembering(kept).replacing(from_desk))
    return outcome


def certify_from_desk(settings: Settings, *, knowledge: Path | None) -> FromDesk:
    """Certify the brand's slices from labels of its store, and keep what was tested in place of what is kept."""
    rehearsal = rehearse(settings, knowledge=knowledge)
    file, store = compose.permit_file(settings, rehearsal.pack), compose.build_store(settings)
    versions = _certified_versions(rehearsal)
    kept = file.read()

    try:
        outcome = asyncio.run(
            certify_desk(
                store,
                pack=rehearsal.pack,
                respond=rehearsal.respond,
                versions=versions,
                kept=kept,
                now=compose.utc_now(),
            )
        )
    finally:
        store.close()
    if outcome.permits:
        file.write(kept.replacing(outcome.permits))
    return outcome


def _certified_versions(rehearsal: Rehearsal) -> Mapping[str, str]:
    """What running processes compare: none of them hashes the code it runs."""
    return {name: version for name, version in rehearsal.versions.items() if name != "code"}


def read_judged(path: Path) -> tuple[Sequence[JudgedDraft], str]:
    """The judged drafts of a file and its content hash; a pack without the file has none. Raises `LabelsInvalid`."""
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return (), ""
    except OSError as error:
        raise LabelsInvalid([f"{path}: {error.strerror}"]) from error
    judged: dict[str, JudgedDraft] = {}
    problems: list[str] = []
    for number, line in enumerate(raw.removeprefix(BOM_UTF8).splitlines(), start=1):
        if not line.strip():
            continue
        try:
            verdict = JudgedDraft.model_validate_json(line)
        except ValidationError as invalid:
            problems.append(f"{path}:{number}: {first_of(invalid)}")
            continue
        if verdict.id in judged:
            problems.append(f"{path}:{number}: id {verdict.id!r} stands there already; give each draft its own")
        judged[verdict.id] = verdict
    if problems:
        raise LabelsInvalid(problems)
    return tuple(judged.values()), hashlib.sha256(raw).hexdigest()
