"""Readers of the files and pages that articles are imported from."""
