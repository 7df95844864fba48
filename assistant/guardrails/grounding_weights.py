"""The fitted grounding score, written by benchmarks/grounding.py --fit."""

SOURCE = "2478 pairs of BEGIN (google/BEGIN-dataset) and of tau2-bench policy articles, open parts"
"""What it was fitted on."""

THRESHOLD = 0.6509
"""Least score of a supported sentence; it does not carry over to other kinds of text."""

INTERCEPT = 2.5548

WEIGHTS: dict[str, float] = {
    "uncovered": -0.3862,
    "worst_uncovered": 0.7784,
    "apart": -1.3365,
    "worst_apart": -0.1415,
    "unpaired": -0.2889,
    "worst_unpaired": 1.4583,
    "disordered": -1.2916,
    "worst_disordered": -0.1959,
    "unspoken": -0.9804,
    "worst_unspoken": -1.7623,
    "broken": -1.55,
    "worst_broken": 0.1338,
    "strange": -1.93,
    "commits": -1.5795,
    "personal": -0.8647,
    "asks": -3.1131,
    "length": 0.4113,
    "sentences": -0.7395,
    "contacts": -1.2136,
    "swaps": -2.313,
    "swaps_close": -2.2547,
    "altered": -2.1142,
    "altered_close": -2.1142,
    "negated": -2.6484,
    "negated_close": -2.5592,
    "replaced": -0.0121,
    "replaced_close": -0.0416,
    "added": -0.2552,
    "added_close": 0.3669,
    "numbers": -0.5322,
    "numbers_close": -0.1028,
    "names": 0.1675,
    "names_close": -0.2569,
}
