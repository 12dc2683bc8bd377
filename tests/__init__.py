"""Promises, and the tests that hold them."""
