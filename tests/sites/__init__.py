"""Site documents: what is taken, what is refused, and what holidays become."""
