"""The simulator: its shapes are the recorded ones, and the official SDK works against it unchanged.

process.py  the simulator as a process on a loopback socket
story.py    ARM requests in one process, and the usual steps by name
"""
