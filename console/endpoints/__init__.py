"""Endpoints with their statistics: intervals and curves beside what the core counted.

The rule that keeps it honest: only `statistics` needs the extra `endpoints`; counting and tracing do not.
"""
