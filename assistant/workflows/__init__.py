"""Use cases that span the parts below, one file each: plain functions over ports."""
