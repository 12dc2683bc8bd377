"""Amendments applied, rulings on deviations and prior approvals of one participant.

The rule that keeps it honest: what was ruled stays on the record with who ruled, even when its ground goes.
"""
