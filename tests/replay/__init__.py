"""Tests of replay: what would be decided today, under other rules, or otherwise."""
