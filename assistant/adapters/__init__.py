"""Everything that speaks to a vendor library, a model or a disk, each behind a port of `ports`."""
