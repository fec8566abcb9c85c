"""What clients are promised by the OpenAPI document: names, words, and that a change of them is announced."""
