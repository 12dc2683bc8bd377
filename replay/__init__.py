"""Replay: the record decided again, under today's rules or others, and nothing of it saved.

The rule that keeps it honest: the desk's own hearing decides (`activities.hearing`), before a record on paper
(`replay.paper`) that no database ever sees; what is compared are events, never impressions.
"""
