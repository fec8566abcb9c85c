"""The estate: which machines there are, how each is backed up, and what changed outside.

estate_steps.py  an estate over three subscriptions, and readings of it
"""
