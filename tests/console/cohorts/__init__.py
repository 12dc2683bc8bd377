"""Reports on simulated cohorts, in every form, and the verbs that make them."""
