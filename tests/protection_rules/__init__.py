"""Protection rules: what they would do, what they do, and that both are one; conflicts, lost VMs, approvals, faults.

oracle.py      what a rule should do, by brute force: imports nothing of app
estates.py     random estates, in plain words and as rows
rule_steps.py  steps of the tests through the API
"""
