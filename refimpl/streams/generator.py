"""The state behind every draw: the Mersenne Twister MT19937."""

import functools
import os

import numpy as np

from refimpl.errors import failure, kind

DEFAULT_SEED = 67280421310721
WORDS = 624

# The bytes of torch's state. A field that torch no longer uses is called by no name.
STATE = np.dtype(
    [
        ("seed", "<u8"),
        ("left", "<i4"),
        ("seeded", "<i4"),
        ("next", "<u8"),
        ("words", "<u8", WORDS),
        ("", "<f8"),
        ("cached_normal", "<f8"),
        ("", "<f8"),
        ("normal_is_cached", "<i8"),
        ("", "<u8"),
    ]
)


class Generator:
    r"""A source of 32-bit words, the same as ``torch.Generator()`` on the CPU.

    The state of 624 words starts from the low 32 bits of the seed by

    .. math:: s_0 = \text{seed}, \qquad
              s_i = 1812433253 \, (s_{i-1} \oplus (s_{i-1} \gg 30)) + i \pmod{2^{32}}

    Parameters
    ----------
    seed : int
        From ``-2**63`` to ``2**64 - 1``; by default that of a new ``torch.Generator()``.

    Attributes
    ----------
    cached_normal : float or None
        Small normals come in pairs: the second one waits here until a small normal draw of any
        dtype takes it. `manual_seed` drops it.

    Raises
    ------
    ValueError
        A seed beyond that range.
    RuntimeError
        A seed that is no int.

    Notes
    -----
    Seeds that agree modulo ``2**32`` give the same stream.

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
        self.manual_seed(seed)

    @functools.cached_property
    def _twister(self):
        # Made at the first draw: who draws nothing need not wait until numpy.random is imported.
        return np.random.RandomState(self._seed % 2**32)

    def manual_seed(self, seed):
        """Start the stream of `seed` afresh and return the generator.

        Parameters
        ----------
        seed : int
            From ``-2**63`` to ``2**64 - 1``.

        Returns
        -------
        Generator
            The generator itself.

        Raises
        ------
        ValueError
            For a seed beyond that range.
        RuntimeError
            For a seed that is no int.

        Examples
        --------
        >>> from refimpl.streams import Generator
        >>> Generator().manual_seed(-1).initial_seed() == 2**64 - 1
        True
        """
        if isinstance(seed, np.integer):
            raise failure(TypeError, "an integer is required", f"manual_seed: write int({seed}).")
        if isinstance(seed, bool) or not isinstance(seed, int):
            raise failure(RuntimeError, f"manual_seed expected a long, but got {kind(seed)}")
        if not -(2**63) <= seed < 2**64:
            raise failure(
                ValueError,
                "Overflow when unpacking long long",
                f"manual_seed: {seed} does not lie in -2**63 .. 2**64 - 1.",
            )
        self._seed = seed % 2**64
        self.__dict__.pop("_twister", None)
        self.cached_normal = None
        return self

    def seed(self):
        """Start from an unpredictable seed, and return that seed.

        Returns
        -------
        int

        Examples
        --------
        >>> from refimpl.streams import Generator, rand
        >>> generator = Generator()
        >>> again = Generator(generator.seed())
        >>> bool((rand(generator, 3) == rand(again, 3)).all())
        True
        """
        return self.manual_seed(int.from_bytes(os.urandom(8))).initial_seed()

    def initial_seed(self):
        """Return the seed of the present stream, a negative one plus ``2**64``.

        Returns
        -------
        int

        Examples
        --------
        >>> from refimpl.streams import Generator
        >>> Generator(7).initial_seed()
        7
        """
        return self._seed

    def get_state(self):
        """Return the state as torch writes it.

        Returns
        -------
        ndarray of uint8, shape (5056,)

        Examples
        --------
        >>> from refimpl.streams import Generator, rand
        >>> generator = Generator(0)
        >>> state = generator.get_state()
        >>> first = rand(generator, 2)
        >>> generator.set_state(state)
        >>> bool((rand(generator, 2) == first).all())
        True
        """
        twister = self._twister.get_state(legacy=False)["state"]
        state = np.zeros(1, STATE)
        state["seed"] = self._seed
        state["seeded"] = 1
        state["left"] = WORDS + 1 - twister["pos"]
        state["next"] = twister["pos"] % WORDS
        state["words"] = twister["key"]
        state["normal_is_cached"] = self.cached_normal is not None
        state["cached_normal"] = self.cached_normal or 0.0
        return state.view(np.uint8)

    def set_state(self, state):
        """Go back to a state of `get_state`, or to one of torch's.

        Parameters
        ----------
        state : ndarray of uint8, shape (5056,)

        Raises
        ------
        TypeError
            For what is no array of uint8.
        RuntimeError
            For another number of bytes; for bytes that hold no state.

        Examples
        --------
        >>> from refimpl.streams import Generator, rand
        >>> one, other = Generator(0), Generator(1)
        >>> other.set_state(one.get_state())
        >>> other.initial_seed()
        0
        """
        if not isinstance(state, np.ndarray) or state.dtype != np.uint8:
            raise failure(TypeError, f"expected an ndarray of uint8, but got {kind(state)}")
        if state.shape != (STATE.itemsize,):
            raise failure(
                RuntimeError,
                f"Expected a CPUGeneratorImplState of size {STATE.itemsize} "
                f"but found the input RNG state size to be {state.size}",
            )
        fields = np.ascontiguousarray(state).view(STATE)[0]
        left, following = int(fields["left"]), int(fields["next"])
        if not (fields["seeded"] and 0 < left <= WORDS and following <= WORDS):
            raise failure(RuntimeError, "Invalid mt19937 state")
        self._seed = int(fields["seed"])
        words = fields["words"].astype(np.uint32)
        self._twister.set_state(("MT19937", words, WORDS + 1 - left))
        cached = fields["normal_is_cached"] != 0
        self.cached_normal = float(fields["cached_normal"]) if cached else None

    def words(self, count):
        """Draw 32-bit words: what all other draws are made of.

        Parameters
        ----------
        count : int

        Returns
        -------
        ndarray of uint32, shape (count,)

        Raises
        ------
        ValueError
            For a negative count.

        Examples
        --------
        >>> from refimpl.streams import Generator
        >>> Generator(0).words(2)
        array([2357136044, 2546248239], dtype=uint32)
        """
        return self._twister.randint(0, 2**32, count, dtype=np.uint32)

    def long_words(self, count):
        """Draw 64-bit words, the first of two 32-bit words being the high half.

        Parameters
        ----------
        count : int

        Returns
        -------
        ndarray of uint64, shape (count,)

        Raises
        ------
        ValueError
            For a negative count.

        Examples
        --------
        >>> from refimpl.streams import Generator
        >>> Generator(0).long_words(1) == 2357136044 * 2**32 + 2546248239
        array([ True])
        """
        high, low = self.words(2 * count).reshape(count, 2).T
        return high.astype(np.uint64) << np.uint64(32) | low
