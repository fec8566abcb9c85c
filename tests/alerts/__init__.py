"""Alerts open once, count, heal and are announced, also when workers are killed and events repeat or are late.

alert_steps.py  rows whose triggers write events, and the loop
"""
