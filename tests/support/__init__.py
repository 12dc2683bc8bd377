"""What tests stand on: a Temporal server and a PostgreSQL cluster of their own."""
