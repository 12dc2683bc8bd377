"""Stories: timelines as readable YAML (given, when, then), played on the pure core in virtual time.

The rule that keeps it honest: the desk's own hearing decides, deadline by deadline; a story only says what
people do and what must follow, and what it says of its protocol is checked before it is played.
"""
