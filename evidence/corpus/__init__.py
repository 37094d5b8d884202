"""Programs in the manner of public lessons, and the text that each of them prints on torch.

They were written looking at torch alone, before the names that they need were there.
"""
