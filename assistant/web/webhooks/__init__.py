"""Where networks call us."""
