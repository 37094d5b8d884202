"""The executable reference for softmax: NumPy only, torch-shaped."""
