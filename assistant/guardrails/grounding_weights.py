"""The fitted grounding score, written by benchmarks/grounding.py --fit."""

SOURCE = "2478 pairs of BEGIN (google/BEGIN-dataset) and of tau2-bench policy articles, open parts"
"""What it was fitted on."""

THRESHOLD = 0.6471
"""Least score of a supported sentence; it does not carry over to other kinds of text."""

INTERCEPT = 2.5407

WEIGHTS: dict[str, float] = {
    "uncovered": -0.3861,
    "worst_uncovered": 0.7784,
    "apart": -1.3572,
    "worst_apart": -0.1621,
    "unpaired": -0.2473,
    "worst_unpaired": 1.4781,
    "disordered": -1.2876,
    "worst_disordered": -0.1857,
    "unspoken": -0.9925,
    "worst_unspoken": -1.7575,
    "broken": -1.5371,
    "worst_broken": 0.1086,
    "strange": -1.9526,
    "commits": -1.5862,
    "personal": -0.8839,
    "asks": -3.1329,
    "length": 0.4338,
    "sentences": -0.7446,
    "contacts": -1.2133,
    "swaps": -2.3106,
    "swaps_close": -2.2481,
    "altered": -1.9303,
    "altered_close": -1.9303,
    "negated": -2.6574,
    "negated_close": -2.5697,
    "replaced": -0.0246,
    "replaced_close": -0.0745,
    "added": -0.2559,
    "added_close": 0.3801,
    "numbers": -0.5444,
    "numbers_close": -0.1097,
    "names": 0.1368,
    "names_close": -0.3187,
}
