"""The API for programs: the same commands and the same read models as the pages and the command line.

The rule that keeps it honest: nothing is decided or judged here; what is read has the shapes that `--json`
prints, what is written is a command like any other, and every error is a problem (RFC 9457).
"""
