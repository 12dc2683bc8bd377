"""A form for every command, made from the command's own model.

The rule that keeps it honest: what a form asks for is read from the model that the record parses; only its
words, and what may be chosen, are said here.
"""
