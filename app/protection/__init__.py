"""A protected item: one VM as one vault backs it up.

In Azure's world: a `protectedItem` inside a `protectionContainer`, both named after the VM; enabling, changing and
stopping are all the same PUT. In ours: a row that names the VM by its ARM id; nobody ever types a container name.
"""
