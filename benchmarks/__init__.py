"""Measurements of one run, printed as ratios or scores: run one with `python -m benchmarks.<name>`."""
