"""Azure Policy for protection rules: what is assigned, remediated, shown and removed.

policy_steps.py  the steps, by name
"""
