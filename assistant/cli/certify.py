"""`assistant certify`: may this slice of traffic be answered automatically, and from which score on?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.places import STANDARD, FileToWrite, RowsToRead
from assistant.cli.progress import busy, progress_bar
from assistant.cli.rows import BadRows, read_rows, write_rows
from assistant.cli.statuses import NOT_DECIDABLE, NOT_HELD

if TYPE_CHECKING:
    from assistant.domain.certificate import Certificate
    from assistant.evals.certificate import Label
    from assistant.evals.judged import Certified, ToJudge


@click.command()
@click.option("--labels", type=RowsToRead(), help="Rows: score, error [, cluster, slice].")
@click.option("--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Error rate allowed.")
@click.option("--delta", type=click.FloatRange(0, 1, min_open=True, max_open=True), help="Risk of being wrong.")
@click.option("--shipped", is_flag=True, help="Instead: certify the brand from its pack's judged drafts, and keep it.")
@click.option("--from-desk", is_flag=True, help="Instead: certify from what people at the desk did with drafts.")
@click.option(
    "--judge-again",
    type=FileToWrite(),
    help="With --shipped: write what to judge again there, the verdict left open.",
)
@click.option("--out", "out_file", type=FileToWrite(), help="Also write the result there.")
@options.errors_file
@options.progress
@options.knowledge
def certify(
    labels: Path | None,
    alpha: float | None,
    delta: float | None,
    shipped: bool,
    from_desk: bool,
    judge_again: Path | None,
    out_file: Path | None,
    errors_file: Path | None,
    show_progress: bool,
    knowledge: Path | None,
) -> int:
    """Certify automation from judged drafts: error rate at most --alpha with confidence 1 - --delta, slice by slice.

    --shipped answers the mentions of the pack's certificates/labels.jsonl again and counts each judgement whose draft
    is still the one that was judged; alpha and delta are those of automation.yaml. The outcome is kept in the data
    folder, and routing sends nothing that it doesn't cover.

    --from-desk counts what people did with drafts that could have been sent: random, 72 hours old, late words
    included, errors corrected by the blind half of the audits. Each further look takes a smaller share of delta.

    Exit status: 0 every slice is certified; 1 a slice is shown to have too many errors, or a line was bad; 2 more
    labels are needed to tell; 3 the model could not be used on more than a twentieth of the drafts.
    """
    bad = BadRows()
    certificates: Sequence[Certificate]
    if shipped or from_desk:
        if labels or alpha or delta or (shipped and from_desk):
            raise click.UsageError("--shipped and --from-desk need no labels, alpha or delta, and each stands alone")
        certificates = (
            _certify_from_desk(knowledge)
            if from_desk
            else _certify_shipped(knowledge, judge_again, show_progress=show_progress)
        )
    elif labels and alpha and delta:
        certificates = _certify_rows(labels, bad, alpha=alpha, delta=delta)
    else:
        raise click.UsageError("give --labels FILE --alpha A --delta D, or --shipped, or --from-desk")
    _print(certificates, out_file)
    return bad.report(errors_file) or _status(certificates)


def _print(certificates: "Sequence[Certificate]", out_file: Path | None) -> None:
    from assistant.cli.rows import write_text
    from assistant.evals.certificate import as_json

    text = json.dumps(as_json(certificates), indent=2)
    click.echo(text)
    if out_file is not None and str(out_file) != STANDARD:
        write_text(out_file, text + "\n")


def _certify_rows(labels: Path, bad: BadRows, *, alpha: float, delta: float) -> "Sequence[Certificate]":
    from assistant.compose import utc_now
    from assistant.evals.certificate import certify as certify_labels

    judged = _labels(labels, bad)
    try:
        return certify_labels(judged, alpha=alpha, delta=delta, now=utc_now())
    except ValueError as wrong:  # NaN is in every range
        raise click.UsageError(str(wrong)) from wrong


def _certify_shipped(
    knowledge: Path | None, judge_again: Path | None, *, show_progress: bool
) -> "Sequence[Certificate]":
    from assistant.compose.certificates import certify_brand
    from assistant.settings import read_settings

    with progress_bar("judged drafts", None, forced=show_progress) as advance:
        outcome = certify_brand(read_settings(), knowledge=knowledge, again=True, progress=advance)
    click.echo(in_words(outcome), err=True)
    if judge_again is not None:
        _write_changed(outcome.changed, judge_again)
    return outcome.certificates


def _certify_from_desk(knowledge: Path | None) -> "Sequence[Certificate]":
    from assistant.compose.certificates import certify_from_desk
    from assistant.evals.certificate import WHOLE, refused
    from assistant.settings import read_settings

    settings = read_settings()
    with busy("writing the judged drafts again"):
        outcome = certify_from_desk(settings, knowledge=knowledge)
    click.echo(
        f"labels from the desk: {outcome.labels} count, {outcome.young} are younger than 72 hours, "
        f"{outcome.changed} are of drafts that read otherwise today and count as errors, "
        f"{outcome.not_sent} would not be sent any more",
        err=True,
    )
    for certificate in outcome.certificates:
        missed = outcome.missed.get(certificate.slice, 0.0)
        click.echo(f"{_one_in_words(certificate)}; open labels are taken to overlook {missed:.0%} of errors", err=True)
    return outcome.certificates or (refused(WHOLE, alpha=outcome.alpha, delta=outcome.delta),)


def in_words(outcome: "Certified") -> str:
    """What was counted, and what came of it slice by slice."""
    counted = outcome.judged - len(outcome.changed) - outcome.not_sent
    lines = [
        f"judged drafts: {outcome.judged}; {counted} count, {len(outcome.changed)} are of a draft nobody has judged "
        f"(--judge-again FILE writes them), {outcome.not_sent} would not be sent anyway"
    ]
    if not outcome.judged:
        lines = ["the pack has no judged drafts: docs/guides/certificates.md says how to begin"]
    if outcome.reused:
        lines = [f"judged drafts: {outcome.judged}; nothing changed since they were counted"]
    return "\n".join([*lines, *(_one_in_words(certificate) for certificate in outcome.certificates)])


def _one_in_words(certificate: "Certificate") -> str:
    from assistant.evals.certificate import is_disproved

    allowed = f"{100 * certificate.alpha:.4g}%"
    promise = f"at most {allowed} errors with confidence {100 - 100 * certificate.delta:.4g}%"
    if certificate.certified and certificate.threshold is not None and certificate.expires_at is not None:
        return (
            f"{certificate.slice}: certified, {promise}: {certificate.errors} error(s) in {certificate.n} judged "
            f"drafts from score {certificate.threshold:.3f} on, until {certificate.expires_at:%Y-%m-%d}"
        )
    seen = (
        f"{certificate.slice or 'no slice'}: not certified, nothing is sent by itself; {certificate.errors} error(s) "
        f"in {certificate.n or certificate.labels}"
    )
    if is_disproved(certificate):
        return f"{seen} show that more than {allowed} are wrong: it takes better drafts, not more labels"
    return f"{seen}; {promise} takes at least {certificate.labels_needed} more label(s)"


def _write_changed(changed: "Sequence[ToJudge]", path: Path) -> None:
    with write_rows(path) as write:
        write([verdict.model_dump(mode="json") for verdict in changed])


def _labels(path: Path, bad: BadRows) -> "list[Label]":
    from pydantic import ValidationError

    from assistant.domain.mistake import first_of
    from assistant.evals.certificate import Label

    kept: list[Label] = []
    for line in read_rows(path, bad):
        known = {key: value for key, value in line.row.items() if key in Label.model_fields}
        try:
            kept.append(Label.model_validate(known))
        except ValidationError as invalid:
            bad.add(line.number, first_of(invalid))
    return kept


def _status(certificates: "Sequence[Certificate]") -> int:
    from assistant.evals.certificate import is_disproved

    refused = [certificate for certificate in certificates if not certificate.certified]
    if not refused:
        return 0
    return NOT_HELD if any(is_disproved(certificate) for certificate in refused) else NOT_DECIDABLE
