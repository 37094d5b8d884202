"""The gallery's scripts, run on both engines, and the text that each of them prints."""
