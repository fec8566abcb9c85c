"""Tenants: members, grants, quotas, live reads, and deletion while something is asked.

making.py  tenants made through the API
"""
