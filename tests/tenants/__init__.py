"""Tenants: members, grants, quotas, live reads, and deletion while something is asked.

tenant_steps.py    tenants made through the API
quota_steps.py     sets a tenant's quota, and expects a refusal by it
foreign_places.py  places in Azure that a tenant was not granted
"""
