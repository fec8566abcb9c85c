"""The simulator: its shapes are the recorded ones, and the official SDK works against it unchanged.

process.py          the simulator as a process on a loopback socket
recorded_digest.py  the digest of the shapes recorded in 2022-2024, made of the recordings
story.py            ARM requests in one process, and the usual steps by name
"""
