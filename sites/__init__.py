"""Site documents (YAML) and how they are read and checked.

The rule that keeps it honest: holidays become dates when a document is read, so a past decision never depends
on a library.
"""
