"""The promises of the web console."""
