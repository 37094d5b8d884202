"""Small programs that must return the same text, and warn of the same things, on both engines."""
