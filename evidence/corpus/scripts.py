"""Run a program of the corpus in this process, on torch or with refimpl in torch's place."""

import contextlib
import importlib
import io
import os
import random
import runpy
import tempfile
import warnings
from pathlib import Path

import numpy as np

from refimpl.standin import in_place_of_torch

PROGRAMS = sorted((Path(__file__).parent / "programs").glob("*.py"))
# Who stops on refimpl, and the missing name that its error tells. A program that no longer stops
# is taken off.
STOPS = {
    "adam_by_hand": "Adam",
    "adam_checkpoint": "Adam",
    "autoencoder_small": "Adam",
    "autograd_chain": "sin",
    "autograd_vector_jacobian": "torch.autograd.functional",
    "binary_metrics": "sort",
    "buffers_and_state": "save",
    "checkpoint": "save",
    "chinese_tensor_notes": "cumsum",
    "classification_morvan": "FloatTensor",
    "counting_parameters": "Dropout",
    "cuda_questions": "cuda",
    "custom_dataset_korean": "FloatTensor",
    "custom_function_exp": "Function",
    "custom_relu_function": "Function",
    "default_tensor_type": "set_default_tensor_type",
    "device_guard_regression": "cuda",
    "dropout_lesson": "Dropout",
    "functional_losses": "l1_loss",
    "gradcheck_own_function": "gradcheck",
    "indexing_and_slicing": "index_select",
    "infinities": "inf",
    "init_with_isinstance": "init",
    "joining_and_splitting": "unsqueeze_",
    "knowledge_distillation": "Adam",
    "lazy_sum_of_graph": "sin",
    "learning_rate_schedule": "torch.optim.lr_scheduler",
    "linear_algebra": "sum(keepdims=...)",
    "logistic_regression_toy": "FloatTensor",
    "long_training": "sin",
    "losses_overview": "L1Loss",
    "math_functions": "round",
    "mnist_shaped": "cuda",
    "module_dict_heads": "ModuleDict",
    "moving_average": "cumsum",
    "multivariate_korean": "FloatTensor",
    "no_grad_and_detach": "detach_",
    "numeric_gradient": "sin",
    "numerical_stability": "logaddexp",
    "optimizers_compared": "Adam",
    "out_arguments": "add(out=...)",
    "own_layers": "FloatTensor",
    "perceptron_and_gate": "FloatTensor",
    "perceptron_class": "cuda",
    "polynomial_module": "cos",
    "polynomial_sine": "sin",
    "python_operators": "__rdiv__",
    "random_tensors": "random_",
    "reductions": "sort",
    "regularisation": "utils",
    "robust_regression": "L1Loss",
    "rosenbrock": "Adam",
    "russian_sine_regression": "sin",
    "save_and_load_model": "save",
    "save_and_load_tensors": "save",
    "searching_in_tensors": "masked_select",
    "softmax_gradient": "torch.autograd.functional",
    "softmax_korean": "FloatTensor",
    "softmax_regression_blobs": "scatter_",
    "spiral_classifier": "sin",
    "temperature_and_sampling": "multinomial",
    "tensors_first_steps": "__version__",
    "two_layer_numpy_style": "FloatTensor",
    "type_names": "typename",
    "typed_constructors": "FloatTensor",
    "variables_of_old": "FloatTensor",
    "weight_init": "init",
    "xor_network": "cuda",
    "xor_with_module_list": "ModuleList",
}
# Who prints another text for a reason that is to go.
WRONG = {
    name: "classes are not named as torch names them"
    for name in (
        "chinese_mlp",
        "chinese_tensor_notes",
        "russian_gradient_descent",
        "tensors_first_steps",
        "type_names",
    )
}
ENGINES = {"torch": contextlib.nullcontext, "refimpl": in_place_of_torch}


def name(program):
    """Return the program's name."""
    return program.stem


@contextlib.contextmanager
def as_found(torch):
    """Put back what a program may change for all that come after it."""
    dtype, folder = torch.get_default_dtype(), os.getcwd()
    drawn = random.getstate(), np.random.get_state()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        try:
            yield
        finally:
            os.chdir(folder)
            torch.set_default_dtype(dtype)
            torch.set_printoptions(profile="default")
            torch.set_grad_enabled(True)
            random.setstate(drawn[0])
            np.random.set_state(drawn[1])


def run(program, engine):
    """Return the standard output of a program up to its end, and the error that ended it, or None.

    What it warns of goes to another stream and is left out.
    """
    out = io.StringIO()
    with ENGINES[engine](), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch = importlib.import_module("torch")
        with as_found(torch), contextlib.redirect_stdout(out):
            try:
                runpy.run_path(str(program), run_name="__main__")
            except Exception as error:
                return out.getvalue(), error
    return out.getvalue(), None


def missing(error):
    """Return the name that an error says to lie outside the subset, or None."""
    told = [str(error), *getattr(error, "__notes__", [])]
    found = [text.partition(" lies outside the subset of torch") for text in told]
    return next((name for name, sentence, _ in found if sentence), None)


def printed(program, engine):
    """Return the whole standard output of a program that runs to its end."""
    text, error = run(program, engine)
    if error is not None:
        raise error
    return text


def expected(program, engine="torch"):
    """Return the file with the text that the engine must print.

    Where exact arithmetic visibly differs from torch's float32, refimpl has a text of its own.
    """
    own = program.with_suffix(f".{engine}.out")
    return own if own.exists() else program.with_suffix(".out")
