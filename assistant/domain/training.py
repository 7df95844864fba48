"""A training of the brand's model that people follow while the service runs."""

from assistant.domain.followed import Followed


class Training(Followed):
    """One training. `total` is how many `steps` it takes, 0 until that is known.

    `model` is what it made, where that waits for a person; empty where the examples make the model in use.
    """

    steps: int = 0
    total: int = 0
    model: str = ""
