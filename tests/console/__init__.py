"""Promises of the command line and the read side."""
