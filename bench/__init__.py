"""What Day Zero costs, measured beside the least that the same work could cost.

The rule that keeps it honest: both sides of a ratio are measured in one run, turn and turn about, on the same
server or database; a missed target is printed as missed.
"""
