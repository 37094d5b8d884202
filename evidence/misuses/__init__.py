"""Programs that both engines must refuse, with one exception and one text."""
