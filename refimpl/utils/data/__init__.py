"""Data sets, loaders and the IDX reader."""
