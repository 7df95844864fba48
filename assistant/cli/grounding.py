"""`assistant grounding`: from which score on a sentence counts as supported, fitted on the brand's own wording."""

from pathlib import Path

import click

from assistant.cli import options
from assistant.cli.progress import busy


@click.command()
@options.knowledge
def grounding(knowledge: Path | None) -> int:
    """Fit this brand's grounding threshold on its approved replies and print the lines for brand.yaml.

    Half of the articles fit, the other half says what it does. Nothing is changed.
    """
    from assistant.compose import load_brand
    from assistant.settings import read_settings
    from assistant.workflows.fit_grounding import fit_grounding

    pack = load_brand(read_settings(), knowledge)
    with busy(f"holding the approved replies of {len(pack.articles)} articles against each other"):
        found = fit_grounding(pack)
    about = found.grounding.fitted_on
    click.echo(f"grounding:\n  threshold: {found.grounding.threshold}\n  fitted_on: {about}")
    click.echo(
        f"# on the other articles: {found.good_blocked} of {found.good} supported sentences blocked, "
        f"{found.wrong_blocked} of {found.wrong} beside another article caught",
    )
    return 0
