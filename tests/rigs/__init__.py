"""A network on this machine for each channel, and hands on both of its sides."""
