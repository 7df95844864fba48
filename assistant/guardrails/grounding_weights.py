"""Weights."""

INTERCEPT = 4.0
WEIGHTS = {
    "uncovered": -4.0,
    "worst_uncovered": -2.0,
    "apart": 0.0,
    "worst_apart": 0.0,
    "unpaired": -1.0,
    "worst_unpaired": 0.0,
    "disordered": 0.0,
    "worst_disordered": 0.0,
    "strange": 0.0,
    "verbatim": 1.0,
    "swaps": -4.0,
    "negated": -4.0,
    "replaced": -1.0,
    "added": -0.2,
    "numbers": -4.0,
    "names": -3.0,
    "contacts": -6.0,
    "commits": -4.0,
    "personal": -1.0,
    "length": 0.0,
    "sentences": 0.0,
}
THRESHOLD = 0.6
