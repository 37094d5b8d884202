"""SciPy's own tests of its softmax family, with refimpl or torch in the place of SciPy's functions.

    python -m evidence.conformance_scipy refimpl      what happens to each test
    python -m evidence.conformance_scipy --record     on both engines, into conformance_scipy.json

SciPy installs its tests beside its code. Each function that an engine has is replaced, where the
tests look it up, by one that takes SciPy's arguments and asks the engine. A test counts if it
calls one of them. It ends as outside where it asks for what the subset has not.
"""

import contextlib
import functools
import importlib
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import scipy

from evidence.command import parser

KEPT = Path(__file__).with_suffix(".json")
ENGINES = ("refimpl", "torch")
PLACES = ("test_logsumexp", "test_logit", "test_basic", "test_data")
WORDS = ("softmax logsumexp logit expit softplus erf xlogy huber entr kl_div log1p expm1").split()
# How one of SciPy's functions is written with an engine.
OF_ONE = {"expit": "sigmoid", "erf": "erf", "erfc": "erfc", "log1p": "log1p", "expm1": "expm1"}
# What a test may be about that the subset has not.
COMPLEX = "complex numbers"
WIDER = "longdouble, which is another type on each system"
WEIGHTS = "`b=` and `return_sign=`, which torch has not"
AXES = "a tuple of axes, where torch's function takes one `dim`"
UFUNC = "`out=` and `where=` of a ufunc"
ABSENT = "a function without a counterpart in the subset"
LACKING = ("logit", "entr", "rel_entr", "kl_div", "pseudo_huber")


def outside(reason):
    """End a test of SciPy's: it asks for what the subset has not."""
    pytest.skip(f"outside: {reason}")


def tensor(T, value):
    """Return an argument as a tensor; integers become float64, as SciPy has them."""
    array = np.asarray(value)
    if array.dtype.kind == "c":
        outside(COMPLEX)
    if array.dtype == np.longdouble and array.dtype.itemsize > 8:
        outside(WIDER)
    return T.tensor(array if array.dtype.kind == "f" else array.astype(np.float64))


def array(result):
    """Return a tensor as SciPy returns its results: a number where there are no dimensions."""
    return result.numpy()[()]


def pointwise(function):
    """Give a function of tensors the arguments of a ufunc."""

    def asked(T, *values, **options):
        if options:
            outside(UFUNC)
        return array(function(T, *(tensor(T, value) for value in values)))

    return asked


def along(name):
    """Return softmax or log_softmax with SciPy's arguments; without an axis all is one row."""

    def asked(T, x, axis=None):
        x = tensor(T, x)
        if isinstance(axis, tuple):
            outside(AXES)
        function = getattr(T, name)
        if axis is None:
            return array(function(x.reshape(-1), dim=0).reshape(x.shape))
        return array(function(x, dim=axis))

    return asked


def logsumexp(T, a, axis=None, b=None, keepdims=False, return_sign=False):
    """Call logsumexp with SciPy's arguments; without an axis it is over all of them."""
    if b is not None or return_sign:
        outside(WEIGHTS)
    x = tensor(T, a)
    x = x.reshape(1) if not x.ndim else x
    dim = tuple(range(x.ndim)) if axis is None else axis
    return array(T.logsumexp(x, dim=dim, keepdim=keepdims))


def huber(T, delta, r):
    """Call huber_loss with SciPy's arguments: of one number at a time, and inf for a bad delta."""
    losses = [
        T.nn.functional.huber_loss(tensor(T, x), T.zeros((), dtype=T.float64), delta=float(d))
        if d > 0
        else T.tensor(np.inf)
        for d, x in np.broadcast(delta, r)
    ]
    return np.reshape([loss.item() for loss in losses], np.broadcast(delta, r).shape)[()]


def absent(T, *values, **options):
    """End a test of a function that the subset has not."""
    outside(ABSENT)


CALLS = {
    "softmax": along("softmax"),
    "log_softmax": along("log_softmax"),
    **{name: pointwise(lambda T, x, own=own: getattr(T, own)(x)) for name, own in OF_ONE.items()},
    "logsumexp": logsumexp,
    "log_expit": pointwise(lambda T, x: T.nn.functional.logsigmoid(x)),
    "softplus": pointwise(lambda T, x: T.nn.functional.softplus(x, threshold=np.inf)),
    "xlogy": pointwise(lambda T, x, y: T.xlogy(x, y)),
    "huber": huber,
    **dict.fromkeys(LACKING, absent),
}


class Plugin:
    """Put an engine in SciPy's place, and write down how each test that calls it ends."""

    def __init__(self, engine):
        self.engine = importlib.import_module(engine)
        self.called, self.ends = set(), {}
        self.replaced = {}

    def pytest_collection_finish(self, session):
        """Replace SciPy's functions in the modules of the tests, and in their parameters."""
        from scipy import special
        from scipy.special import _ufuncs

        own = {name: self.calling(name) for name in CALLS}
        theirs = {id(getattr(special, name)): own[name] for name in CALLS}
        for module in {special, _ufuncs, *(item.module for item in session.items)}:
            for name, value in list(vars(module).items()):
                if id(value) in theirs:
                    self.replaced[module, name] = value
                    setattr(module, name, theirs[id(value)])
        for item in session.items:
            for value in getattr(getattr(item, "callspec", None), "params", {}).values():
                if id(getattr(value, "func", None)) in theirs:
                    value.func = theirs[id(value.func)]

    def calling(self, name):
        """Return a function that asks the engine, and remembers that it was asked."""

        @functools.wraps(CALLS[name])
        def function(*values, **options):
            self.called.add(self.running)
            return CALLS[name](self.engine, *values, **options)

        return function

    def pytest_runtest_logstart(self, nodeid):
        """Remember which test runs."""
        self.running = nodeid

    def pytest_runtest_logreport(self, report):
        """Write down how a test ends."""
        if report.when != "call" or report.nodeid not in self.called:
            return
        end = {"passed": "agrees", "failed": "departs"}.get(report.outcome)
        end = end or report.longrepr[2].removeprefix("Skipped: ")
        self.ends[report.nodeid.rpartition("/")[2]] = end

    def pytest_unconfigure(self):
        """Put SciPy's functions back."""
        for (module, name), value in self.replaced.items():
            setattr(module, name, value)


def measured(engine):
    """Return {test: "agrees", "departs" or "outside: why"} of the tests that call an engine."""
    plugin = Plugin(engine)
    root = f"--rootdir={Path(scipy.__file__).parent}"
    words = ["-c", os.devnull, root, "-q", "-p", "no:cacheprovider", "-W", "ignore"]
    words += ["-k", " or ".join(WORDS), "--pyargs"]
    words += [f"scipy.special.tests.{place}" for place in PLACES]
    with contextlib.redirect_stdout(io.StringIO()):
        pytest.main(words, [plugin])
    return plugin.ends


def run(engine):
    """Return what `measured` returns, of a process of its own: pytest collects only once."""
    code = [sys.executable, "-W", "ignore", "-m", "evidence.conformance_scipy", engine]
    return json.loads(subprocess.run(code, capture_output=True, text=True, check=True).stdout)


def main(arguments):
    """Run the tests on one engine and print how they end, or on both and record it."""
    command = parser("python -m evidence.conformance_scipy", __doc__)
    what = command.add_mutually_exclusive_group(required=True)
    what.add_argument("--record", action="store_true")
    what.add_argument("engine", nargs="?", choices=ENGINES)
    given = command.parse_args(arguments)
    if given.record:
        found = {"version": scipy.__version__, **{each: run(each) for each in ENGINES}}
        KEPT.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    else:
        json.dump(measured(given.engine), sys.stdout, indent=1, sort_keys=True)


def kept():
    """Return what the last run on both engines has recorded."""
    return json.loads(KEPT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
