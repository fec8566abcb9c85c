"""Webhooks: where they may lead, how they are signed, and that every event arrives once or more, in order.

forbidden_targets.py  targets that must never be connected to, by URL and by what a name server answers
authority.py          certificates of an authority that the test makes
receiver.py           a receiver that verifies with the reference library, and can misbehave
webhook_steps.py      events, and the loops until nothing is due
"""
