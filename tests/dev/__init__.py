"""`holdfast dev` and `holdfast demo`: start, story, and that nothing is left running."""
