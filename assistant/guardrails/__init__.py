"""Checks on customer-facing text: pure functions that return findings and change nothing."""
