"""Protocol documents (YAML) and how they are read, checked and published.

The rule that keeps it honest: a document is taken whole and valid or not at all; every fault is named with
its line and with what would be right.
"""
