"""A simulated engine: one seed decides what people do, what is lost, doubled or late, and when things crash.

The rule that keeps it honest: desk, sweeper, notifier and SQLite store are the real ones; only clock,
transport, channels and faults are simulated, and everything random comes from the one seed.
"""
