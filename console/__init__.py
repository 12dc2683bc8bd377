"""What people use: the command line, the read side, exports, and the parts that bring a server up.

The rule that keeps it honest: nothing here decides anything about a trial. What is written goes through the
gateway as a command; what is shown is what the store says, judged by `domain.standing`.
"""
