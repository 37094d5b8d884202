"""Layer 2: tensors, the operators between them, and the walk back."""
