"""What each command does to the record, or why it is refused: one module per kind of command."""
