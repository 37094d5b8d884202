"""A check for each claim of the five articles, and the runner that holds them to both engines."""
