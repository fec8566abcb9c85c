"""Restores: what is refused and why, what Azure supports, and that each is sent once and its result read.

restore_requests.py  bodies of restores, and asking for them through the API
preflight_asks.py    asks for a preflight
"""
