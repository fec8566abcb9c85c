"""Recovery runs: no wave begins early, no VM is restored twice, every run ends; also when workers die.

cut_short.py  a look of a loop that ends at its n-th await
run_steps.py  plans over the simulator's machines, and runs of them
"""
