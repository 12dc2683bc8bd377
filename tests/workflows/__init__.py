"""The waiting side on the real server."""
