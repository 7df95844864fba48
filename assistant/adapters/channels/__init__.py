"""Channels replies are sent on."""
