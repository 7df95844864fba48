"""The charts a brand routes by, read from its folder, proven sound and made ready."""

from pathlib import Path

from assistant.charts.chart import Chart
from assistant.charts.check import check
from assistant.charts.compiled import Triage, triage
from assistant.charts.load import load_chart
from assistant.charts.satisfy import words_of
from assistant.domain.brand import Pack
from assistant.errors import ChartInvalid


def load_triage(folder: Path, pack: Pack, *, instead: Path | None = None) -> Triage:
    """The charts that automation.yaml names, in its order. Raises `ChartInvalid` where one is not sound.

    `instead` is one more chart, which takes the place of the one whose file has its name.
    """
    charts: list[Chart] = []
    problems: list[str] = []
    words = words_of(pack)
    files = {name: folder / "charts" / f"{name}.yaml" for name in pack.automation.charts}
    for file in ({**files, instead.stem: instead} if instead else files).values():
        try:
            chart = load_chart(file)
        except ChartInvalid as invalid:
            problems.extend(invalid.problems)
            continue
        problems.extend(str(problem) for problem in check(chart, words))
        charts.append(chart)
    if problems:
        raise ChartInvalid(problems)
    return triage(charts)
