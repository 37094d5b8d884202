"""Random streams: the generator MT19937, and what torch draws with it.

A draw is a function of a :class:`Generator` and returns a fresh ndarray; the generator is the
only thing that changes. The same seed and the same calls give torch's numbers, bit for bit.
"""

from refimpl.streams.categories import multinomial
from refimpl.streams.generator import Generator
from refimpl.streams.integers import randint, random, randperm
from refimpl.streams.normals import normal, randn
from refimpl.streams.uniforms import bernoulli, rand, uniform

__all__ = [
    "Generator",
    "bernoulli",
    "multinomial",
    "normal",
    "rand",
    "randint",
    "randn",
    "random",
    "randperm",
    "uniform",
]
