"""Say what was found, what it is worth, and what was assumed."""

import math
from dataclasses import dataclass

from refimpl.seeds.printed import SeedError

MOST = 4000  # seeds expected to print the same: with more, the print does not tell a seed
SPARE = 7  # bits more than the seeds have: then a chance hit has a probability below 1 in 100
SHOWN = 40  # seeds to a list
ASSUMED = (
    "Assumed: the generator of torch on the CPU (as in torch 2.13), set by manual_seed before the "
    "first of these lines. Seeds beyond 32 bits are none of their own: torch takes the low 32."
)


def check_enough(question, seeds):
    """Refuse a print that too many seeds share; say how many numbers would be enough."""
    share, numbers = question.told.share, len(question.known)
    expected = len(seeds) * share
    if expected <= MOST:
        return
    carried, wanted = -math.log2(share), math.log2(len(seeds)) + SPARE
    message = (
        f"the print is of {expected:,.0f} of {len(seeds):,} seeds, more or less: it tells "
        f"{carried:.1f} bits, and {wanted:.0f} are enough to tell one seed"
    )
    if carried > 0.1:
        message += f". Give about {math.ceil(numbers * wanted / carried)} numbers of this kind"
        message += ", or more digits" * any(not source.exact for source, _ in question.known)
    raise SeedError(message)


@dataclass(frozen=True)
class Answer:
    """What a search found.

    Parameters
    ----------
    questions : list
        What was asked; the first one is the user's, the others are alternatives.
    seeds : range
        What was tried.
    hits : list of Hit
        In ascending order.
    whole : bool
        False where the search ended at the first hit.

    Examples
    --------
    >>> from refimpl.seeds import find
    >>> answer = find("tensor([0.4963, 0.7682, 0.0885])", "rand(3)", seeds=range(1000))
    >>> answer.chance < 1e-9
    True
    """

    questions: list
    seeds: range
    hits: list
    whole: bool = True

    @property
    def chance(self):
        """The probability that any of the seeds tried prints this by chance."""
        shares = (question.told.share for question in self.questions)
        return -math.expm1(len(self.seeds) * sum(math.log1p(-min(share, 0.5)) for share in shares))

    def text(self):
        """Return the answer as sentences and lists.

        Returns
        -------
        str

        Examples
        --------
        >>> from refimpl.seeds import find
        >>> answer = find("tensor([4, 9, 3, 0, 3, 9])", "randint(0, 10)", seeds=range(1000))
        >>> print(answer.text())
        1 of 1,000 seeds prints it; all from 0 to 999 were tried.
        Every character is compared: it was drawn again and printed.
        <BLANKLINE>
        0
        <BLANKLINE>
            torch.manual_seed(0)
            torch.randint(0, 10, (6,))
        <BLANKLINE>
        A seed prints it by chance with probability 1e-06, one of those tried with 0.001.
        """
        return "\n\n".join(self._found() if self.hits else self._nothing())

    def _found(self):
        """Return the paragraphs of an answer with seeds."""
        count, tried = len({hit.seed for hit in self.hits}), f"{len(self.seeds):,}"
        first, last = self.seeds.start, self.seeds.stop - 1
        scope = f"all from {first} to {last} were tried" if self.whole else "then the search ended"
        verb = "print" if count > 1 else "prints"
        parts = [
            f"{count:,} of {tried} seeds {verb} it; {scope}.\n"
            "Every character is compared: it was drawn again and printed."
        ]
        for place, question in enumerate(self.questions):
            seeds = [hit.seed for hit in self.hits if hit.question == place]
            if seeds:
                listed = ", ".join(map(str, seeds[:SHOWN])) + ", ..." * (len(seeds) > SHOWN)
                parts.append(f"{listed}" + f"  ({question.label})" * bool(question.label))
                parts.append("\n".join(f"    {line}" for line in question.program(seeds[0])))
        return [*parts, self._worth()]

    def _worth(self):
        """Say how probable a chance hit is."""
        share = sum(question.told.share for question in self.questions)
        expected = len(self.seeds) * share
        if expected >= 1:
            return (
                f"About {digits(expected)} of the seeds tried print it by chance: which one was "
                "used cannot be told from this print."
            )
        return (
            f"A seed prints it by chance with probability {digits(share)}, one of those tried "
            f"with {digits(self.chance)}."
        )

    def _nothing(self):
        """Return the paragraphs of an answer without a seed."""
        asked = "\n".join(f"    {line}" for line in self.questions[0].program("SEED"))
        labels = dict.fromkeys(question.label for question in self.questions[1:])
        tried = f"Also tried, without success: {'; '.join(labels)}." if labels else ""
        return [
            f"No seed from {self.seeds.start} to {self.seeds.stop - 1} prints it.",
            asked,
            ASSUMED,
            tried
            or "Not tried: other draws before (--earlier, --before), a module made before "
            "(--module), NumPy's legacy generator (--numpy).",
        ]


def digits(number):
    """Write a number with three digits."""
    return f"{number:.3g}"
