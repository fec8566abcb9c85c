"""Who shares this installation. In Azure's world there is no such thing; in ours it decides what a caller sees.

A tenant has grants (the subscriptions and resource groups it may touch), quotas, operations that need a second person,
and members: a principal, a group, or a whole directory, each with roles. Platform admins make tenants and see nothing
of what is in them. A change is heard by every replica (ACCESS_CHANNEL); docs/tenants.md tells the story.
"""
