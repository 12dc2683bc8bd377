"""Simulated cohorts as people and programs read them: one report, as tables, JSON, CSV, pictures and a page.

The rule that keeps it honest: every form is made from the same report; none computes a figure of its own.
"""
