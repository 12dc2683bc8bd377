"""Endpoints with their statistics, and the command line that shows them."""
