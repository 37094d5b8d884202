"""The same call in other libraries: what each of them answers to one list of inputs.

python -m benchmarks.elsewhere jax keras     install, run and record these libraries
python -m benchmarks.elsewhere               all of them

cases.py has the inputs, libraries.toml the pinned packages, libraries/ the calls of each library,
exact.py the exact values. run.py goes through the cases inside the environment of a library, so
it, cases.py and libraries/ need nothing but that library.
"""
