"""Fits the heads from examples and writes versioned model folders; nothing here runs while a mention is read."""
