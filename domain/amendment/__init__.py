"""Amendments: what a new protocol version changes, and moving one participant to it.

The rule that keeps it honest: what was settled stays under the version it was settled under; what is pending
comes under the new one; nothing on the record is taken away.
"""
