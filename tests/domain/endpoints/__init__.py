"""Who stands in which figure, and why."""
