"""A simulated cohort: told in a file, lived through by the pure core, marked as simulated everywhere."""
