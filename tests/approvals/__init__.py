"""Requests that need a second person: asked, decided, expired, and never sent without a valid approval.

people.py         a tenant with a requester and two approvers
decisions.py      approvals through the API
model.py          the expected outcome of a request, computed a second time without a database
approved_jobs.py  a job that a second person has approved
sequences.py      steps of an approval in every order
"""
