"""Proof before anything speaks for the brand."""
