"""What happened to a participant's health: adverse events, toxicities, responses, and their clocks.

The rule that keeps it honest: what the investigator states is kept as stated; what is derived stands beside
it as advice and never in its place.
"""
