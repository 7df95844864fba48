"""Triage charts as data: what a brand wrote about who answers what, read, proven, evaluated, drawn and compared."""
