"""Protected items: what may be asked in which state, odd names, changes in order and once each."""
