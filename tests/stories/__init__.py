"""Timelines as readable files: what people did, what followed, with dates."""
