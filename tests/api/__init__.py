"""Conventions of the HTTP API that hold on every path: accepting, bad input, lists, documents, outages.

doors.py  every operation that writes, against each rule about what may become weaker
"""
