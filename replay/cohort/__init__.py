"""Simulated cohorts: staff who do what a protocol asks for, and studies played with them on paper.

The rule that keeps it honest: staff only ask, and the desk's own hearing decides; how they and the
participants fare comes from a file of distributions and a seed, and from nothing else.
"""
