"""The state behind every draw: the Mersenne Twister MT19937."""

import secrets

import numpy as np

DEFAULT_SEED = 67280421310721


class Generator:
    r"""A source of 32-bit words, the same as ``torch.Generator()`` on the CPU.

    The state of 624 words starts from the low 32 bits of the seed by

    .. math:: s_0 = \text{seed}, \qquad
              s_i = 1812433253 \, (s_{i-1} \oplus (s_{i-1} \gg 30)) + i \pmod{2^{32}}

    Parameters
    ----------
    seed : int
        From ``-2**63`` to ``2**64 - 1``; by default torch's for a new generator.

    Raises
    ------
    ValueError
        A seed beyond that range.
    RuntimeError
        A seed that is no int.

    Notes
    -----
    Seeds that agree modulo ``2**32`` give the same stream. Small normals come in pairs: the
    second one waits in `cached_normal` until a normal draw of any dtype takes it;
    `manual_seed` drops it.

    References
    ----------
    M. Matsumoto and T. Nishimura, "Mersenne Twister: a 623-dimensionally equidistributed
    uniform pseudo-random number generator", ACM Trans. Model. Comput. Simul. 8 (1998) 3-30.

    Examples
    --------
    >>> from refimpl.printing import tensor_text
    >>> from refimpl.streams import Generator, randn
    >>> print(tensor_text(randn(Generator(1581317843), (2, 3))))
    tensor([[ 0.5283,  0.3922, -0.0484],
            [-1.6257, -0.4775,  0.5645]])
    """

    def __init__(self, seed=DEFAULT_SEED):
        self._bits = np.random.MT19937(0)
        self.manual_seed(seed)

    def manual_seed(self, seed):
        """Start the stream of `seed` afresh and return the generator."""
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise RuntimeError(f"manual_seed expected a long, but got {type(seed).__name__}")
        if not -(2**63) <= seed < 2**64:
            error = ValueError("Overflow when unpacking long long")
            error.add_note(f"manual_seed: {seed} is not within -2**63 .. 2**64 - 1.")
            raise error
        self._seed = seed % 2**64
        legacy = np.random.RandomState(self._seed % 2**32)  # seeds by the recurrence above
        self._bits.state = legacy.get_state(legacy=False)
        self.cached_normal = None
        return self

    def seed(self):
        """Start from a seed that nobody can foretell, and return it."""
        return self.manual_seed(secrets.randbits(64)).initial_seed()

    def initial_seed(self):
        """Return the seed of the present stream, a negative one as ``2**64 + seed``."""
        return self._seed

    def words(self, count):
        """Draw 32-bit words, as uint64."""
        return self._bits.random_raw(count)

    def long_words(self, count):
        """Draw 64-bit words, the first of two words being the high half."""
        high, low = self.words(2 * count).reshape(count, 2).T
        return high << np.uint64(32) | low
