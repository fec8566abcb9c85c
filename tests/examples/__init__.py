"""Every example of the OpenAPI document is executed, in the sample world that `make run` starts with.

sample_world.py          that world, and copies of it
requests_of_examples.py  the examples as requests
"""
