"""Webhooks: other programs are told of alerts and stages as they happen, signed and at least once.

The rule that keeps it honest: what is told follows the record by its positions, so nothing is left out; a
message holds codes and ids alone, and the same message has the same id at every try.
"""
