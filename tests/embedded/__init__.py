"""The Temporal server of our own: found, started, claimed, killed and started again."""
