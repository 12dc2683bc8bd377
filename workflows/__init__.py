"""The waiting side: one Temporal workflow per participant, and two on a schedule; no trial rule, no I/O."""
