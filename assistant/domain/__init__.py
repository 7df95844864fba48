"""Frozen values of the domain. Nothing here waits, reads a clock or touches a file."""
