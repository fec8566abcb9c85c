"""The request budget: what replicas share, and what is learnt of a limit that Azure does not announce."""
