"""What acts on the world: the desk that decides and records, the notifier, the watchdog.

The rule that keeps it honest: every activity is named explicitly and may be run again without harm.
"""
