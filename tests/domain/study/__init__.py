"""What is decided across participants."""
