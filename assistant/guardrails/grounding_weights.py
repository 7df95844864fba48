"""The fitted grounding score, written by benchmarks/grounding.py --fit."""

SOURCE = "2478 pairs of BEGIN (google/BEGIN-dataset) and of tau2-bench policy articles, open parts"
"""What it was fitted on."""

THRESHOLD = 0.8596
"""Least score of a supported sentence; it does not carry over to other kinds of text."""

INTERCEPT = 2.4532

WEIGHTS: dict[str, float] = {
    "uncovered": -0.4906,
    "worst_uncovered": 0.6289,
    "apart": -1.564,
    "worst_apart": -0.3884,
    "unpaired": -0.3088,
    "worst_unpaired": 1.3979,
    "disordered": -1.2743,
    "worst_disordered": -0.0612,
    "unspoken": -1.0406,
    "worst_unspoken": -1.6173,
    "broken": -1.5076,
    "worst_broken": 0.3669,
    "strange": -1.6605,
    "commits": -1.581,
    "personal": -0.6906,
    "asks": -3.0273,
    "length": 0.3495,
    "sentences": -0.7658,
    "contacts": -1.2853,
    "swaps": -1.5683,
    "swaps_close": -2.1674,
    "altered": -1.3683,
    "altered_close": -2.0638,
    "negated": -1.9374,
    "negated_close": -1.3678,
    "replaced": 0.0314,
    "replaced_close": -0.1436,
    "added": -0.1936,
    "added_close": 0.3616,
    "numbers": -0.7312,
    "numbers_close": -0.164,
    "names": -0.5448,
    "names_close": -1.5531,
}
