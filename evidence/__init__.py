"""What is known of operators and of claims, beneath docs, tests and benchmarks."""
