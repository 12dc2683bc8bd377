"""The command line `dayzero`: one file per group of verbs.

The rule that keeps it honest: a verb only gathers what was typed and shows what came back; what it needs is
imported when it runs, so that help is quick.
"""
