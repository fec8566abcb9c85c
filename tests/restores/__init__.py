"""Restores: what is refused and why, what Azure supports, and that each is sent once and its result read.

asking.py  bodies of restores, and asking for them through the API
"""
