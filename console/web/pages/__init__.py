"""The pages, one module each: what a page shows, gathered from one look at the study.

The rule that keeps it honest: a page gathers and sorts; it judges nothing.
"""
