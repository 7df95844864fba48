"""`assistant certify`: may this slice of traffic be answered automatically, and from which score on?"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli import options
from assistant.cli.rows import BadRows, read_rows

if TYPE_CHECKING:
    from assistant.evals.certificate import Certificate, Label

NOT_HELD = 1
NOT_DECIDABLE = 2


@click.command()
@click.option("--labels", type=click.Path(path_type=Path), required=True, help="Rows: score, error [, cluster, slice].")
@click.option(
    "--alpha", type=click.FloatRange(0, 1, min_open=True, max_open=True), required=True, help="Error rate allowed."
)
@click.option(
    "--delta", type=click.FloatRange(0, 1, min_open=True, max_open=True), required=True, help="Risk of being wrong."
)
@click.option("--out", "out_file", type=click.Path(path_type=Path), help="Also write the result there.")
@options.errors_file
def certify(labels: Path, alpha: float, delta: float, out_file: Path | None, errors_file: Path | None) -> int:
    """Certify automation from judged drafts: error rate at most --alpha with confidence 1 - --delta, slice by slice.

    Exit status: 0 every slice is certified; 1 a slice has too many errors, or a line was bad; 2 too few labels.
    """
    from assistant.cli.rows import write_text
    from assistant.compose import utc_now
    from assistant.evals.certificate import as_json
    from assistant.evals.certificate import certify as certify_labels

    bad = BadRows()
    certificates = certify_labels(_labels(labels, bad), alpha=alpha, delta=delta, now=utc_now())
    text = json.dumps(as_json(certificates), indent=2)
    click.echo(text)
    if out_file is not None:
        write_text(out_file, text + "\n")
    return bad.report(errors_file) or _status(certificates)


def _labels(path: Path, bad: BadRows) -> "list[Label]":
    from pydantic import ValidationError

    from assistant.evals.certificate import Label

    kept: list[Label] = []
    for line in read_rows(path, bad):
        known = {key: value for key, value in line.row.items() if key in Label.model_fields}
        try:
            kept.append(Label.model_validate(known))
        except ValidationError as invalid:
            first = invalid.errors()[0]
            bad.add(line.number, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
    return kept


def _status(certificates: "Sequence[Certificate]") -> int:
    refused = [certificate for certificate in certificates if not certificate.certified]
    if not refused:
        return 0
    return NOT_DECIDABLE if all(certificate.errors == 0 or certificate.n == 0 for certificate in refused) else NOT_HELD
