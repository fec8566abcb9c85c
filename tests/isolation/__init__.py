"""Two tenants in one installation: no operation shows or changes what belongs to the other.

parties.py           the two tenants, each with one of everything
foreign_requests.py  every operation of the OpenAPI document as a request, with foreign ids in every place
api_document.py      the OpenAPI document as the walk reads it
"""
