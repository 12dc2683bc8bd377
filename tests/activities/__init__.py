"""What is sent, watched, counted and logged: on real stores, real HTTP and SMTP receivers, real processes."""
