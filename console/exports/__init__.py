"""Exports: one file per kind, rows in, bytes out.

The rule that keeps it honest: what is written says when and from what it was made, and that data is simulated
where it is.
"""
