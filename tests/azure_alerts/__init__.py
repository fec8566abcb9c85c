"""Azure's own alerts of a vault: what is set up, changed, removed, and what a call of Azure brings.

alert_steps.py  the usual requests, and what the simulated Azure has then
"""
