"""Promises about adverse events, toxicities, responses and the reports owed about them."""
