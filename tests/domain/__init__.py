"""The pure core: time, windows, decisions."""
