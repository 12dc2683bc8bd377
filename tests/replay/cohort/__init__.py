"""Simulated cohorts: their file, their staff, what is observed of many studies, and how it is told."""
