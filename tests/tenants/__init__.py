"""Tenants: members, grants, quotas, live reads, and deletion while something is asked.

tenant_steps.py  tenants made through the API
"""
