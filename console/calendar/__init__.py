"""The calendar: what lies on which day, which days are worked, and the feed that other calendars follow.

The rule that keeps it honest: dates come from `StudyLook`, working days from the published site; nothing here
computes a date of its own.
"""
