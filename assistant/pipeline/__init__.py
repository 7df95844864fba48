"""The five stages of a mention's way: they think and change nothing."""
