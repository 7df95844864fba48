"""How a command ended, for the shell: what `assistant --help` says of exit statuses."""

NOT_HELD = 1
"""Some input was bad, or what was to be shown doesn't hold."""
NOT_DECIDABLE = 2
INFRASTRUCTURE = 3
"""Something outside is missing or broken, or a model was, so that what came of it tells nothing."""
USAGE = 64
