"""Policies: what is valid, what a change means, when backups run, and what Azure's own policies look like.

policy_steps.py     policies through the API
bodies.py           bodies of policies, and the problem a wrong one meets
random_policies.py  random valid definitions
rule_rows.py        policies and what is wrong with each
"""
