"""Faults of real processes: killed, locked, lost, late, and what must hold all the same."""
