"""A stand-in for Azure: Resource Manager, Recovery Services and Entra ID, as recorded from the real ones.

It speaks ARM over HTTP(S) so that the official SDK and the real `az` work against it unchanged, and it computes
everything from a clock: no background tasks, so a story of hours can be told in seconds (`--time-scale`).
It shares no code with the rest of `app`: one wrong assumption must not be able to cancel itself out.
Read `world.py` (what exists), `progress.py` (how work moves on), then the nouns: vaults, policies, protection, ...
"""
