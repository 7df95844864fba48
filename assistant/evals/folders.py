"""Where suites, judges and runs lie, for whoever names none: below the folder a process was started in."""

from pathlib import Path

SUITES = Path("evals/suites")
JUDGES = Path("evals/judges")
RUNS = Path("evals/runs")
"""A run's name is the time it began; names sort by age."""
