"""Use cases that span the siblings below: plain functions over ports, one file each."""
