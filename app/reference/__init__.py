"""The words of the OpenAPI document that belong to no single route or model.

A client is generated from them, so each is a promise: a name is not changed, only added.

    names.py         the names of components, as clients see them
    summaries.py     one line for each operation
    tags.py          the groups of operations
    descriptions.py  puts words where a model or a route has none
    deprecations.py  what is said of an operation that is to go
    words/           what properties, parameters and components mean
"""
