"""In torch's place each module exists once, what is missing says so, and nothing stays behind."""

import importlib.util
import inspect
import pkgutil
import re
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import refimpl
from refimpl import standin
from refimpl.errors import advice_of
from refimpl.standin import ELSEWHERE, SHARED, STAND_INS, in_place_of_torch

ROOT = Path(refimpl.__file__).parents[1]
OURS = sorted(
    each.name
    for each in pkgutil.walk_packages(refimpl.__path__, "refimpl.")
    if each.name != "refimpl.__main__"
)
NAMESPACES = ("", ".nn", ".nn.functional", ".optim", ".autograd", ".utils.data")


def refused(line):
    """Return the exception in which a line of import statements ends."""
    with in_place_of_torch(), pytest.raises(ImportError) as caught:
        exec(line, {})
    return caught.value


@pytest.mark.parametrize("name", OURS)
def test_a_module_of_refimpl_is_found_once_under_torchs_name_or_refused(name):
    module = importlib.import_module(name)
    path = "torch" + name.removeprefix("refimpl")
    with in_place_of_torch():
        if path in STAND_INS:
            assert importlib.import_module(path) is module
        else:
            with pytest.raises(ModuleNotFoundError):
                importlib.import_module(path)
        copies = [each for each in sys.modules if each.partition(".")[0] == "torch"]
    assert set(copies) == set(STAND_INS)


def test_the_parameters_of_a_module_are_found_whichever_import_made_them():
    with in_place_of_torch():
        import torch
        from torch.nn.modules.module import Module
        from torch.nn.parameter import Parameter

        class Scale(Module):
            def __init__(self):
                super().__init__()
                self.scale = Parameter(torch.ones(2))

        assert len(list(Scale().parameters())) == 1


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_a_name_is_found_in_the_module_where_torch_defines_it(namespace, torch):
    theirs = importlib.import_module("torch" + namespace)
    ours = importlib.import_module("refimpl" + namespace)
    for name in ours.__all__:
        home = getattr(getattr(theirs, name, None), "__module__", None) or ""
        if inspect.ismodule(getattr(ours, name)):
            continue
        if home.startswith("torch.") and "._" not in home:
            with in_place_of_torch():
                assert getattr(importlib.import_module(home), name) is getattr(ours, name)


@pytest.mark.parametrize("path", ELSEWHERE)
def test_a_module_that_refimpl_keeps_elsewhere_has_names_of_torchs(path, torch):
    theirs = importlib.import_module(path)
    assert [name for name in STAND_INS[path].__all__ if not hasattr(theirs, name)] == []


@pytest.mark.parametrize("path", STAND_INS)
def test_every_path_is_torchs(path, torch):
    assert importlib.import_module(path).__name__ == path


ADDRESS = re.compile("0x[0-9a-f]+")
SHOWN = """
import torch
from torch.utils.data import DataLoader

class Twice(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x):
        shown.append(ctx)
        return 2 * x
    @staticmethod
    def backward(ctx, g):
        return 2 * g

shown = []
x = torch.ones(2, requires_grad=True)
y = Twice.apply(x)
shown += [y.grad_fn, y.grad_fn.next_functions[0][0], y.exp().grad_fn, Twice(x)]
shown += [x.register_hook(print), DataLoader([1]), iter(DataLoader([1])), torch.no_grad()]
shown += [torch.nn.Linear(1, 1).parameters(), torch.nn.Linear(1, 1).named_modules()]
shown += [torch.Generator(), torch.optim.lr_scheduler.StepLR(torch.optim.SGD([x], 1.0), 1)]
kinds = [type(each) for each in shown] + [type(torch.nn.ReLU().load_state_dict({}))]
"""


@pytest.mark.filterwarnings("ignore:.*should not be instantiated:DeprecationWarning")
def test_what_a_program_prints_of_an_object_names_the_class_as_torch_does(torch):
    with in_place_of_torch():
        exec(SHOWN, ours := {"__name__": "__main__"})
        found = [repr(each) for each in ours["shown"] + ours["kinds"]]
    exec(SHOWN, theirs := {"__name__": "__main__"})
    wanted = [repr(each) for each in theirs["shown"] + theirs["kinds"]]
    assert [ADDRESS.sub("", each) for each in found] == [ADDRESS.sub("", each) for each in wanted]


# A function has the name of its module, and hides it, as in torch.
HIDDEN = {"torch.autograd.gradcheck"}


@pytest.mark.parametrize("path", sorted(set(STAND_INS) - {"torch"} - HIDDEN))
def test_every_path_is_reached_by_its_dots_too(path):
    with in_place_of_torch():
        scope = {}
        exec(f"import torch, {path}, {path} as short\nlong = {path}", scope)
    assert scope["short"] is scope["long"] is STAND_INS[path]


MISSING = {  # the line, the message, the notes
    "import torch.fft": ("No module named 'torch.fft'", "torch.fft"),
    "import torch.nn.quantized.dynamic": (
        "No module named 'torch.nn.quantized'",
        "torch.nn.quantized",
    ),
    "import torch.nn.modules.conv": (
        "No module named 'torch.nn.modules.conv'",
        "torch.nn.modules.conv",
    ),
    "import torch.formulas": ("No module named 'torch.formulas'", "torch.formulas"),
    "from torch.utils.tensorboard import SummaryWriter": (
        "No module named 'torch.utils.tensorboard'",
        "torch.utils.tensorboard",
    ),
    "from torch.optim import SGD, LBFGS": (
        f"cannot import name 'LBFGS' from 'torch.optim' ({refimpl.optim.__file__})",
        "LBFGS",
    ),
    "from torch.nn import Conv2d": (
        f"cannot import name 'Conv2d' from 'torch.nn' ({refimpl.nn.__file__})",
        "Conv2d",
    ),
    "from torch.nn.functional import conv2d": (
        f"cannot import name 'conv2d' from 'torch.nn.functional' "
        f"({refimpl.nn.functional.__file__})",
        "conv2d",
    ),
    "from torch import fft": (
        f"cannot import name 'fft' from 'torch' ({refimpl.__file__})",
        "fft",
    ),
    "from torch.nn.modules import conv": (
        "cannot import name 'conv' from 'torch.nn.modules' (unknown location)",
        "conv",
    ),
}


@pytest.mark.parametrize("line", MISSING)
def test_an_import_of_what_is_missing_has_pythons_text_and_the_note(line):
    error = refused(line)
    message, name = MISSING[line]
    kind = ModuleNotFoundError if message.startswith("No module") else ImportError
    assert (type(error), str(error)) == (kind, message)
    assert advice_of(error) == [f"{name} lies outside the subset of torch that refimpl covers."]


@pytest.mark.parametrize("path", sorted(set(STAND_INS)))
def test_a_name_that_no_module_has_is_refused_in_both_spellings(path):
    error = refused(f"from {path} import nothing_like_it")
    assert str(error).startswith(f"cannot import name 'nothing_like_it' from '{path}' (")
    assert "subset" in error.__notes__[0]
    with pytest.raises(refimpl.NotInSubset):
        _ = STAND_INS[path].nothing_like_it


@pytest.mark.parametrize("name", ["torch.fft", "torch.nn.quantized", "torch.nn.modules.conv"])
def test_who_only_asks_for_what_is_missing_gets_none_as_from_python(name):
    with in_place_of_torch():
        assert importlib.util.find_spec(name) is None
    assert refused(f"import {name}").__notes__


def test_who_asks_for_a_module_below_a_missing_one_is_told_of_that_one():
    with (
        in_place_of_torch(),
        pytest.raises(ModuleNotFoundError, match="^No module named 'torch.fft'\ntorch.fft l"),
    ):
        importlib.util.find_spec("torch.fft.nothing")


def test_who_asks_for_a_module_that_is_there_finds_it():
    with in_place_of_torch():
        for path, module in STAND_INS.items():
            assert importlib.util.find_spec(path) is module.__spec__


def test_a_file_that_is_refimpls_alone_is_not_found_under_torchs_name_by_asking():
    with (
        in_place_of_torch(),
        pytest.raises(ModuleNotFoundError, match="^No module named 'torch.formulas'"),
    ):
        importlib.util.find_spec("torch.formulas")


def test_a_finder_that_is_called_directly_refuses_too():
    with (
        in_place_of_torch(),
        pytest.raises(ModuleNotFoundError, match="^No module named 'torch.fft'\ntorch.fft l"),
    ):
        sys.meta_path[0].find_spec("torch.fft")


def test_an_import_after_many_names_is_recognised():
    # Beyond 255 names Python writes the number of a name in two instructions.
    many = "\n".join(f"name_{i} = {i}" for i in range(300))
    assert "subset" in refused(f"{many}\nfrom torch.nn import LSTM").__notes__[0]


def test_what_is_near_is_named_among_its_siblings_only():
    assert advice_of(refused("import torch.optim.sgdd"))[1:] == ["Near it: torch.optim.sgd."]
    assert refused("from torch.nn import SoftMax").__notes__[1] == "Near it: Softmax, LogSoftmax."
    assert advice_of(refused("import torch.quantum"))[1:] == []


def test_a_name_is_explained_under_refimpls_own_name_too():
    with pytest.raises(ImportError, match="cannot import name 'LSTM' from 'torch.nn'") as caught:
        from refimpl.nn import LSTM  # noqa: F401
    assert "subset" in caught.value.__notes__[0]


def test_a_module_that_is_not_yet_loaded_can_still_be_imported_by_from():
    code = "import sys; from refimpl.utils.data import idx; print(idx is sys.modules[idx.__name__])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == "True\n"


def test_asking_whether_a_name_is_there_raises_nothing():
    assert not hasattr(refimpl.nn, "LSTM")
    assert getattr(refimpl.utils, "tensorboard", 5) == 5


def state():
    attributes = {path: set(vars(module)) for path, module in SHARED.items()}
    loaded = {name: module for name, module in sys.modules.items() if "torch" in name}
    return attributes, loaded, sys.meta_path[:]


def test_nothing_stays_behind():
    before = state()
    with in_place_of_torch(), in_place_of_torch():
        for path in STAND_INS:
            importlib.import_module(path)
        with pytest.raises(ImportError):
            importlib.import_module("torch.fft")
    assert state() == before
    for parent, _, child in (path.rpartition(".") for path in set(ELSEWHERE) - HIDDEN):
        assert parent not in SHARED or child not in vars(SHARED[parent])


def test_nothing_stays_behind_after_an_error():
    before = state()
    with pytest.raises(KeyError), in_place_of_torch():
        sys.modules["torch.something"] = refimpl
        raise KeyError
    assert state() == before


def test_the_inner_of_two_contexts_leaves_the_outer_in_place():
    with in_place_of_torch():
        with in_place_of_torch():
            pass
        assert importlib.import_module("torch.nn.modules.linear").Linear is refimpl.nn.Linear
        assert refused("import torch.fft").__notes__


def test_the_real_torch_comes_back(torch):
    with in_place_of_torch():
        assert importlib.import_module("torch.nn.parameter") is refimpl.nn.parameter
    assert importlib.import_module("torch") is torch
    assert importlib.import_module("torch.nn.parameter").Parameter is torch.nn.Parameter


def test_the_real_torch_can_be_loaded_afterwards(torch):
    code = (
        "from refimpl.standin import in_place_of_torch\n"
        "with in_place_of_torch():\n"
        "    import torch.nn.modules.linear, torch.nn.parameter, torch.utils.data.dataset\n"
        "import torch, torch.nn.parameter\n"
        "print(torch.__name__, list(torch.nn.parameter.Parameter(torch.ones(1)).shape))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("torch [1]\n", "")


def test_a_thread_that_imports_later_finds_refimpl_too():
    found = []
    undo = standin.take_the_place_of_torch()
    with undo:
        thread = threading.Thread(target=lambda: found.append(importlib.import_module("torch")))
        thread.start()
        thread.join()
    assert found == [refimpl]


def test_a_script_is_run_with_its_folder_and_arguments_and_all_is_put_back(tmp_path):
    (tmp_path / "beside.py").write_text("import torch\nanswer = torch.ones(2).sum().item()\n")
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\nfrom beside import answer\ngiven, first = sys.argv, sys.path[0]\n"
    )
    before = sys.argv, sys.path[:]
    names = standin.run(script, ["a"])
    sys.modules.pop("beside")
    assert (names["answer"], names["given"]) == (2.0, [str(script), "a"])
    assert names["first"] == str(tmp_path.resolve())
    assert before == (sys.argv, sys.path)


def test_types_are_printed_with_torchs_names_in_its_place_alone():
    before = repr(refimpl.Tensor), repr(refimpl.nn.Linear)
    with in_place_of_torch():
        import torch

        names = [type(torch.ones(1)), type(torch.nn.Linear(1, 1)), torch.optim.Adam, torch.dtype]
        names += [type(torch.Generator()), torch.FloatTensor, torch.nn.ModuleList]
        with in_place_of_torch():
            pass
        assert list(map(repr, names)) == [
            "<class 'torch.Tensor'>",
            "<class 'torch.nn.modules.linear.Linear'>",
            "<class 'torch.optim.adam.Adam'>",
            "<class 'torch.dtype'>",
            "<class 'torch._C.Generator'>",
            "<class 'torch.FloatTensor'>",
            "<class 'torch.nn.modules.container.ModuleList'>",
        ]
    assert before == (repr(refimpl.Tensor), repr(refimpl.nn.Linear))


@pytest.mark.parametrize("path", STAND_INS)
def test_a_class_is_named_as_torch_names_it(path, torch):
    theirs = importlib.import_module(path)
    with in_place_of_torch():
        ours = {
            name: repr(getattr(STAND_INS[path], name))
            for name in STAND_INS[path].__all__
            if isinstance(getattr(STAND_INS[path], name), type)
        }
    expected = {name: repr(getattr(theirs, name, None)) for name in ours}
    assert {n: text for n, text in ours.items() if "torch" in expected[n]} == {
        n: text for n, text in expected.items() if "torch" in text
    }
