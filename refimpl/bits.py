"""Digests of results on fixed inputs: are the bits of this machine those of the repository?

    python -m refimpl.bits

prints a hash for each formula, for the streams and for the printed text, and whether it is the one
that was recorded. Inputs are made of the words of a generator by operations that do not round.

Results of `refimpl.formulas` that are the nearest numbers stand here, in float16, float32 and
float64: values, gradients and tangents. Left out are formulas that stay rounded once, `linear`,
whose sums are those of BLAS, and float64 normals, which are torch's and take the logarithm of the
C library.
"""

import argparse
import hashlib
import sys

import numpy as np

from refimpl import formulas, streams
from refimpl.printing import tensor_text

DTYPES = (np.float16, np.float32, np.float64)
SHAPES = ((40, 3), (30, 10), (4, 200))
ALONG = ("softmax", "softmin", "log_softmax", "logsumexp")
POINTWISE = ("sigmoid", "logsigmoid", "softplus", "tanh")
RECORDED = {
    "softmax float16": "8e42e8fb75986f33",
    "softmax float32": "275d5a60dc13ba70",
    "softmax float64": "4ada8a57d80e1994",
    "softmin float16": "980f6a6afc673571",
    "softmin float32": "e1ba21375d2be5c9",
    "softmin float64": "e8e4458a9e5084a1",
    "log_softmax float16": "39d105efa4b40fe8",
    "log_softmax float32": "521f791a0447f395",
    "log_softmax float64": "e1cfa44fb55cbd64",
    "logsumexp float16": "45c1bbd00c698003",
    "logsumexp float32": "584607995d8ea7d8",
    "logsumexp float64": "67b0267545062e54",
    "sigmoid float16": "0d6186536495ab9d",
    "sigmoid float32": "4e270f6d2c5feae7",
    "sigmoid float64": "d94166a127a96110",
    "logsigmoid float16": "e90a8bfd5fb53c05",
    "logsigmoid float32": "5417914dd1f8bab3",
    "logsigmoid float64": "cb4a5d28e451b015",
    "softplus float16": "170357cb09c540c5",
    "softplus float32": "fc0f0481c923786e",
    "softplus float64": "b24092a0af34c1ac",
    "tanh float16": "3dffddbf4a91f819",
    "tanh float32": "6869ba6e3edeceaa",
    "tanh float64": "cf95a84c1e7df224",
    "cross_entropy float16": "af5d29d4dc5da4ad",
    "cross_entropy float32": "706f8aeb45e26fd0",
    "cross_entropy float64": "196a91619c0f3e0c",
    "streams": "bc8e285dc326a7f4",
    "printing": "a9f8aa3a8b95b5fc",
}


def numbers(generator, shape, dtype, spread):
    """Return numbers of a dtype between minus and plus spread, a power of two."""
    words = streams.randint(generator, -(2**10), 2**10, shape)
    fine = streams.randint(generator, 0, 2**12, shape) if dtype == np.float64 else 0
    return ((words + fine / 2**12) * (spread / 2**10)).astype(dtype)


def along(formula, dtype, generator):
    """Yield results of a formula along the last axis."""
    for shape in SHAPES:
        for spread in (1, 16, 512):
            x, t = numbers(generator, shape, dtype, spread), numbers(generator, shape, dtype, 4)
            y = formula(x, 1)
            g = numbers(generator, y.shape, dtype, 4)
            yield from (y, formula.vjp(g, x, 1), formula.jvp(t, x, 1))


def pointwise(formula, dtype, generator):
    """Yield results of a formula of each entry."""
    for spread in (2.0**-8, 1, 16, 512):
        x, g = (numbers(generator, (500,), dtype, each) for each in (spread, 4))
        yield from (formula(x), formula.vjp(g, x), formula.jvp(g, x))


def classes(formula, dtype, generator):
    """Yield results of cross entropy beside classes and beside probabilities."""
    for shape in SHAPES:
        for spread in (1, 16, 512):
            x = numbers(generator, shape, dtype, spread)
            q = np.abs(numbers(generator, shape, dtype, 1))
            labels = streams.randint(generator, 0, shape[1], shape[:1])
            for target, smoothing in ((labels, 0.0), (labels, 0.125), (q, 0.0)):
                for reduction in ("none", "mean", "sum"):
                    options = {"reduction": reduction, "label_smoothing": smoothing}
                    y = formula(x, target, **options)
                    g = numbers(generator, y.shape, dtype, 4)
                    yield y
                    gradients = formula.vjp(g, x, target, **options)
                    yield from (a for a in gradients if a is not None)


def drawn():
    """Yield what the streams draw, but for float64 normals."""
    for seed in (0, 1, 1581317843):
        generator = streams.Generator(seed)
        for shape in ((3,), (15,), (16,), (1000,)):
            for dtype in (np.float32, np.float64):
                yield streams.rand(generator, shape, dtype)
                yield streams.uniform(generator, -0.1, 0.3, shape, dtype)
            yield streams.randint(generator, -5, 10, shape)
            yield streams.bernoulli(generator, 0.3, shape)
            yield streams.randperm(generator, shape[0])
            if shape[0] >= 16:
                yield streams.randn(generator, shape)
                yield streams.normal(generator, 0.5, 0.01, shape)


def texts():
    """Yield texts of arrays, as bytes."""
    generator = streams.Generator(7)
    for dtype in DTYPES:
        for shape in ((), (3,), (4, 5), (2, 3, 4), (1200,)):
            for spread in (2.0**-14, 1, 2.0**14):
                a = np.asarray(numbers(generator, shape, dtype, spread))
                yield np.frombuffer(tensor_text(a).encode(), np.uint8)


def digest(arrays):
    """Return a hash of arrays with their dtypes and shapes; all nan count as one."""
    total = hashlib.sha256()
    for a in arrays:
        a = np.asarray(a)
        total.update(f"{a.dtype.name} {a.shape}".encode())
        if a.dtype.kind == "f":
            a = np.where(np.isnan(a), np.array(np.nan, a.dtype), a)
        total.update(a.astype(a.dtype.newbyteorder("<")).tobytes())
    return total.hexdigest()[:16]


def digests():
    """Return all digests by what they are of."""
    found = {}
    groups = ((ALONG, along), (POINTWISE, pointwise), (("cross_entropy",), classes))
    for names, results in groups:
        for name in names:
            for dtype in DTYPES:
                made = results(getattr(formulas, name), dtype, streams.Generator(2021))
                found[f"{name} {dtype.__name__}"] = digest(made)
    return found | {"streams": digest(drawn()), "printing": digest(texts())}


def main(arguments=()):
    """Print the digests; return 1 where one is not the recorded one."""
    argparse.ArgumentParser(prog="python -m refimpl.bits").parse_args(arguments)
    differing = 0
    for name, found in digests().items():
        same = RECORDED.get(name) == found
        differing += not same
        print(f"{name:24}{found}  {'as recorded' if same else 'DIFFERS'}")
    print(f"{differing} of {len(RECORDED)} differ from the recorded digests")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
