"""Every parameter of torch's is one of ours, or is refused by the sentence for missing names."""

import inspect
import itertools
import warnings

import numpy as np
import pytest

import refimpl
from evidence.misuses.keywords import (
    OTHER_DEFAULTS,
    callables,
    lacking,
    other_defaults,
    other_places,
)
from evidence.signatures import theirs
from refimpl.errors import advice_of
from refimpl.keywords import ALIASES, KEYWORDS
from refimpl.tape.respelling import TAKES_OUT

CALLABLES = callables("refimpl")
TABLE = sorted((name, keyword) for keyword in KEYWORDS for name in KEYWORDS[keyword].functions)


def ours(name):
    """Return our function of a name in the table."""
    for owner in (refimpl, refimpl.autograd, refimpl.Tensor, refimpl.nn.Module):
        if hasattr(owner, name):
            return getattr(owner, name)
    raise LookupError(name)


def call_with(function, **keywords):
    """Call a function with a keyword, and with anything for the arguments that it needs."""
    signature = inspect.signature(inspect.unwrap(function))
    needed = [
        each
        for each in signature.parameters.values()
        if each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD
    ]
    function(*[refimpl.ones(1, requires_grad=False)] * len(needed), **keywords)


@pytest.mark.parametrize("path", CALLABLES)
def test_every_parameter_of_torchs_is_taken_or_refused_by_name(path, torch):
    owner, name, function = CALLABLES[path]
    names = {function.__name__, function.__name__.rstrip("_")}  # div_ asks div
    refused = {keyword for keyword, known in KEYWORDS.items() if names & known.functions}
    taken = {"out"} if name in TAKES_OUT else set()
    assert lacking(path, owner, name, function) - refused - taken == set()


@pytest.mark.parametrize("path", CALLABLES)
def test_every_default_is_torchs(path, torch):
    known = {keyword for other in OTHER_DEFAULTS.values() for at, keyword in other if at == path}
    assert other_defaults(path, *CALLABLES[path]).keys() == known


@pytest.mark.parametrize(("name", "keyword"), TABLE)
def test_a_keyword_outside_the_subset_is_refused_by_its_name(name, keyword):
    with pytest.raises(NotImplementedError) as caught:
        call_with(ours(name), **{keyword: object()})
    assert str(caught.value) == (
        f"{name}({keyword}=...) lies outside the subset of torch that refimpl covers"
    )
    assert advice_of(caught.value) == [KEYWORDS[keyword].advice]


def test_the_table_names_keywords_of_torchs_only(torch):
    places = ((torch, "torch"), (torch.Tensor, "torch.Tensor"))
    places += ((torch.nn.Module, "torch.nn.Module"), (torch.autograd, "torch.autograd"))
    for name, keyword in TABLE:
        found = [theirs(path, name, getattr(owner, name, None)) or () for owner, path in places]
        assert any(keyword in each for each in found), (name, keyword)


def test_a_default_of_torchs_is_taken():
    x = refimpl.ones(2)
    assert refimpl.exp(x, out=None).equal(x.exp())
    assert refimpl.zeros(2, layout=None, pin_memory=False).tolist() == [0, 0]
    assert refimpl.nn.Linear(1, 1).state_dict(keep_vars=False)


@pytest.mark.parametrize("name", ["cat", "stack", "amax", "all", "logsumexp", "unsqueeze", "sort"])
def test_numpys_word_for_a_dimension_is_taken(name):
    given = [refimpl.ones(2)] if name in ("cat", "stack") else refimpl.ones(2)
    found, expected = (getattr(refimpl, name)(given, **{word: 0}) for word in ("axis", "dim"))
    assert repr(found) == repr(expected)


def test_numpys_word_for_keepdim_is_taken():
    assert refimpl.ones(2).sum(0, keepdims=True).shape == (1,)
    assert refimpl.ones(2, 3).amax(axis=1, keepdims=True).shape == (2, 1)


def test_both_words_for_a_dimension_are_refused():
    with pytest.raises(TypeError, match="unexpected keyword argument 'axis'"):
        refimpl.ones(2).cumsum(0, axis=0)


OF_SEVERAL_FORMS = """add sub mul div floor_divide remainder rsub pow xlogy eq lt maximum
    result_type max min""".split()
NAMES = "input self tensor scalar scalar1 other exponent scalar2 alpha".split()
OPERANDS = ("T.tensor([2.0, 3.0])", "T.tensor(2.0)", "2", "0.5", "True")


def outcome(engine, text):
    """Return what a call gives, without warnings, or the class of its error."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return repr(eval(text, {"T": engine}))
        except Exception as error:
            return type(error).__name__


@pytest.mark.parametrize("name", OF_SEVERAL_FORMS)
def test_each_form_takes_its_operands_by_its_own_names(name, torch):
    """Numbers and tensors by place and by name: what one engine takes, the other takes."""
    taken = 0
    for a, b in itertools.product(OPERANDS, repeat=2):
        calls = [f"{a}, {second}={b}" for second in NAMES]
        calls += [f"{x}={a}, {y}={b}" for x, y in itertools.permutations(NAMES, 2)]
        calls += [f"{a}, {b}", f"{a}, {b}, other=3", f"{a}, {b}, alpha=3"]
        for given in calls:
            text = f"T.{name}({given})"
            theirs = outcome(torch, text)
            assert outcome(refimpl, text) == theirs, text
            taken += not theirs.endswith("Error")
    assert taken >= 10


@pytest.mark.parametrize("name", ["add", "sub", "add_", "sub_"])
def test_the_older_form_takes_its_operand_by_name(name, torch):
    for factor, other in itertools.product(OPERANDS, repeat=2):
        for given in (
            f"{factor}, other={other}",
            f"{factor}, {other}",
            f"{factor}, {other}, alpha=2",
        ):
            text = f"T.ones(2).{name}({given})"
            assert outcome(refimpl, text) == outcome(torch, text), text


@pytest.mark.filterwarnings("ignore:This overload of")
@pytest.mark.parametrize("name", sorted(TAKES_OUT - {"cat", "stack", "where"}))
def test_a_method_has_no_out(name, torch):
    for engine in (refimpl, torch):
        for given in ((), (engine.ones(2),), (0,), (0, engine.tensor([0]))):
            with pytest.raises(TypeError):
                getattr(engine.ones(2), name)(*given, out=engine.ones(2))


@pytest.mark.parametrize(
    "name", sorted(n for n in dir(refimpl.Tensor) if n.endswith("_") and n[0] != "_")
)
def test_a_change_in_place_has_no_out(name, torch):
    for engine in (refimpl, torch):
        x = engine.ones(3)
        with pytest.raises(TypeError):
            getattr(x, name)(2, out=x)
        with pytest.raises(TypeError):
            getattr(x, name)(out=x)


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("prod", {}),
        ("prod", {"dim": None}),
        ("prod", {"keepdim": True}),
        ("sum", {}),
        ("sum", {"dtype": "float32"}),
        ("var", {"unbiased": False}),
        ("std", {"unbiased": True}),
    ],
)
def test_a_form_without_a_dim_has_no_out(name, given, torch):
    for engine in (refimpl, torch):
        named = given | ({"dtype": engine.float32} if "dtype" in given else {})
        with pytest.raises(TypeError):
            getattr(engine, name)(engine.ones(2, 2), **named, out=engine.zeros(()))


def test_numpys_words_are_those_of_parameters():
    assert set(ALIASES.values()) <= {"dim", "keepdim", "input", "other"}


@pytest.mark.parametrize(
    ("call", "notes"),
    [
        (lambda x: x.sum(dims=0), ["Near it: dim."]),
        (lambda x: refimpl.zeros(2, dtyp=3), ["Near it: dtype."]),
        (lambda x: x.sum(quux=0), []),
    ],
)
def test_a_keyword_that_nobody_knows_names_what_is_near(call, notes):
    with pytest.raises(TypeError, match="got an unexpected keyword argument") as caught:
        call(refimpl.ones(2))
    assert advice_of(caught.value) == notes


def test_a_function_of_numpy_that_calls_a_method_is_named():
    with pytest.raises(TypeError) as caught:
        np.sum(refimpl.ones(2))
    assert caught.value.__notes__[0] == (
        "A function of NumPy called x.sum: write torch.sum(x), or give it x.numpy()."
    )


# torch's decorators are classes, whose call is that of a base, and its generators are made in C; a
# method `norm` has no `out`, and its dtype stands there.
OTHER_PLACES = {"no_grad", "enable_grad", "autograd.no_grad", "autograd.enable_grad"}
OTHER_PLACES |= {"random.Generator", "Tensor.norm"}


@pytest.mark.parametrize("path", CALLABLES)
def test_every_parameter_has_torchs_place(path, torch):
    assert bool(other_places(*CALLABLES[path])) == (path in OTHER_PLACES)
