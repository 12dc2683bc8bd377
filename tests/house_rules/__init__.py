"""Rules of the house that a machine can hold: packaging, contracts, documentation, deployment."""
