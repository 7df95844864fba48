"""Who sees a good-looking draft overlooks errors: how many, and what that does to a promise (Rogan and Gladen)."""

ASSUMED = 0.10
"""Share of errors that open labels are taken to overlook as long as blind ones don't show more. Chosen, not measured;
the simulation in tests/evals/test_correction.py draws labels that overlook as many."""


def missed_share(open_errors: int, open_labels: int, blind_errors: int, blind_labels: int) -> float:
    """The share of errors that open labels overlook, in [ASSUMED, 1]; both parts are random draws of the same drafts.

    Blind verdicts count as the truth, and no good draft as called wrong (specificity 1), which errs to the safe side.
    """
    if not (open_labels and blind_labels and blind_errors):
        return ASSUMED
    seen = (open_errors / open_labels) / (blind_errors / blind_labels)
    return max(ASSUMED, 1 - seen)


def corrected_alpha(alpha: float, missed: float, open_labels: int, blind_labels: int) -> float:
    """The error rate that labels may show so that the true one is at most alpha: open ones show (1 - missed) of it."""
    total = open_labels + blind_labels
    overlooked = missed * open_labels / total if total else missed
    return alpha * max(1 - overlooked, 1e-6)
