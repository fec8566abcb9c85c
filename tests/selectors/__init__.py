"""Which VMs a selector selects: the rules, and the same in SQL."""
