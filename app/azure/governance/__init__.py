"""Azure Policy: definitions, assignments with an identity and its roles, compliance, remediations.

The facts are in docs/azure.md, Azure Policy.

    ports.py       the calls
    values.py      their arguments and results
    conditions.py  which VMs a definition is for, by its own rule. Pure
"""
