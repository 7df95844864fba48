"""The fitted grounding score, written by benchmarks/grounding.py --fit."""

SOURCE = "2478 pairs of BEGIN (google/BEGIN-dataset) and of tau2-bench policy articles, open parts"
"""What it was fitted on."""

THRESHOLD = 0.6099
"""Least score of a supported sentence; it does not carry over to other kinds of text."""

INTERCEPT = 2.2622

WEIGHTS: dict[str, float] = {
    "uncovered": -0.6643,
    "worst_uncovered": 0.7534,
    "apart": -1.4764,
    "worst_apart": -0.029,
    "unpaired": -0.3128,
    "worst_unpaired": 1.1942,
    "disordered": -1.3731,
    "worst_disordered": -0.0668,
    "unspoken": -0.9532,
    "worst_unspoken": -1.6894,
    "broken": -1.3573,
    "worst_broken": 0.1547,
    "strange": -1.7203,
    "commits": -1.554,
    "personal": -0.8731,
    "asks": -3.0247,
    "length": 0.4344,
    "sentences": -0.7401,
    "contacts": -1.2558,
    "swaps": -2.232,
    "swaps_close": -2.1705,
    "altered": -1.9064,
    "altered_close": -1.9064,
    "negated": -2.5574,
    "negated_close": -2.4715,
    "replaced": 0.0053,
    "replaced_close": -0.0903,
    "added": -0.3348,
    "added_close": 0.6003,
    "numbers": -1.0127,
    "numbers_close": 0.6148,
    "names": 0.1571,
    "names_close": -0.3043,
}
