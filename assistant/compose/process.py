"""How this process uses its cores and its memory, once everything is loaded."""

import gc


def compute_alone() -> None:
    """One thread for numpy's matrix products, process-wide: those of a batch are so small that a second thread only
    waits for the first, and its waiting cost a quarter of all CPU time."""
    from threadpoolctl import threadpool_limits

    threadpool_limits(limits=1, user_api="blas")


def leave_loaded_alone() -> None:
    """What is loaded stays to the end, so the garbage collector need not walk through it again, and looks less often:
    together a tenth of the pipeline's time beside the embedding."""
    gc.freeze()
    gc.set_threshold(20_000, 20, 100)
