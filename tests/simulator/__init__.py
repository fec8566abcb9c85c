"""The simulator: its shapes are the recorded ones, and the official SDK works against it unchanged.

process.py              the simulator as a process on a loopback socket
recorded_digest.py      the digest of the shapes recorded in 2022-2024, made of the recordings
story.py                ARM requests in one process, and the usual steps by name
secondary_steps.py      a vault whose paired region can be restored to
machine_steps.py        a machine that was restored, and how it looks
restore_steps.py        an item with a point to restore, and bodies of each restore mode
policy_bodies.py        policy bodies as Azure takes them
file_recovery_steps.py  mounts a recovery point at the simulator
"""
