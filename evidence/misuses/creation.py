"""Misuses of what makes tensors: devices, dtypes, sizes, ranges, data; for both engines."""

import numpy as np

MISUSES = {}
INF, NAN = float("inf"), float("nan")


def enter(**programs):
    MISUSES.update({name.replace("_", " "): program for name, program in programs.items()})


# Where a device can be named.
PLACES = {
    "zeros": lambda T, device: T.zeros(2, device=device),
    "ones": lambda T, device: T.ones(2, device=device),
    "empty": lambda T, device: T.empty(2, device=device),
    "full": lambda T, device: T.full((2,), 1.0, device=device),
    "zeros_like": lambda T, device: T.zeros_like(T.ones(2), device=device),
    "full_like": lambda T, device: T.full_like(T.ones(2), 1.0, device=device),
    "tensor": lambda T, device: T.tensor([1.0], device=device),
    "as_tensor": lambda T, device: T.as_tensor([1.0], device=device),
    "as_tensor of a tensor": lambda T, device: T.as_tensor(T.ones(1), device=device),
    "asarray": lambda T, device: T.asarray([1.0], device=device),
    "arange": lambda T, device: T.arange(3, device=device),
    "linspace": lambda T, device: T.linspace(0, 1, 3, device=device),
    "eye": lambda T, device: T.eye(2, device=device),
    "rand": lambda T, device: T.rand(2, device=device),
    "randn": lambda T, device: T.randn(2, device=device),
    "randn_like": lambda T, device: T.randn_like(T.ones(2), device=device),
    "randint": lambda T, device: T.randint(3, (2,), device=device),
    "randperm": lambda T, device: T.randperm(3, device=device),
    "normal": lambda T, device: T.normal(0.0, 1.0, (2,), device=device),
    "to": lambda T, device: T.ones(2).to(device),
    "to by name": lambda T, device: T.ones(2).to(device=device),
    "to with a dtype": lambda T, device: T.ones(2).to(device, T.float64),
    "Module.to": lambda T, device: T.nn.Linear(2, 1).to(device),
    "Linear": lambda T, device: T.nn.Linear(2, 1, device=device),
}
DEVICES = ("cuda", "cuda:1", "xpu", "no-such-device", "float64", "CPU", "cpu:x", "", 0, -1)
for place, program in PLACES.items():
    for device in DEVICES:
        MISUSES[f"{place} on {device!r}"] = lambda T, program=program, device=device: program(
            T, device
        )
    MISUSES[f"{place} on a device of torch"] = lambda T, program=program: program(
        T, T.device("cuda")
    )

# Sizes: what is no length, and what no memory could number.
SIZED = {
    "zeros": lambda T, *size: T.zeros(*size),
    "ones": lambda T, *size: T.ones(*size),
    "empty": lambda T, *size: T.empty(*size),
    "reshape": lambda T, *size: T.ones(2).reshape(*size),
    "expand": lambda T, *size: T.ones(2).expand(*size),
}
SIZES = {
    "text": ("a",),
    "a float": (1.5,),
    "nothing": (None,),
    "a flag": (True,),
    "a float behind": (2, 1.5),
    "text in a list": (["a"],),
    "a float behind in a list": ([2, 1.5],),
    "no length": (),
}
for place, program in SIZED.items():
    for title, size in SIZES.items():
        MISUSES[f"{place} of {title}"] = lambda T, program=program, size=size: program(T, *size)

enter(
    zeros_of_two_to_the_62=lambda T: T.zeros(2**62),
    ones_of_two_to_the_62_rows=lambda T: T.ones(2**62, 4),
    empty_of_two_to_the_62=lambda T: T.empty(2**62),
    full_of_two_to_the_62=lambda T: T.full((2**62,), 1),
    doubles_of_two_to_the_60=lambda T: T.zeros(2**60, dtype=T.float64),
    rand_of_two_to_the_62=lambda T: T.rand(2**62),
    randint_of_two_to_the_62=lambda T: T.randint(3, (2**62,)),
    randperm_of_two_to_the_62=lambda T: T.randperm(2**62),
    randperm_of_two_to_the_63=lambda T: T.randperm(2**63),
    normal_of_two_to_the_62=lambda T: T.normal(0.0, 1.0, (2**62,)),
    eye_of_two_to_the_31=lambda T: T.eye(2**31),
    eye_of_two_to_the_62=lambda T: T.eye(2**62),
    eye_of_two_to_the_63=lambda T: T.eye(2**63),
    linspace_of_two_to_the_62=lambda T: T.linspace(0, 1, 2**62),
    arange_of_two_to_the_62=lambda T: T.arange(2**62),
    Tensor_of_two_to_the_62=lambda T: T.Tensor(2**62),
    Linear_of_two_to_the_62=lambda T: T.nn.Linear(2**62, 4),
    diag_far_from_the_diagonal=lambda T: T.diag(T.ones(2), 2**40),
    one_hot_of_two_to_the_62=lambda T: T.nn.functional.one_hot(T.tensor([1]), 2**62),
    outer_of_two_to_the_33=lambda T: T.outer(*[T.ones(1).expand(2**33)] * 2),
    eye_of_negative_columns=lambda T: T.eye(3, -3),
    eye_of_text=lambda T: T.eye("a"),
    eye_of_a_flag=lambda T: T.eye(True),
    full_of_a_number_as_size=lambda T: T.full(2, 1.0),
    full_of_text=lambda T: T.full((2,), "a"),
    full_of_a_list=lambda T: T.full((2,), [1.0]),
    full_of_a_long_tensor=lambda T: T.full((2,), T.ones(2)),
    full_of_a_tensor_with_a_record=lambda T: T.full((2,), T.tensor(1.0, requires_grad=True)),
    full_like_of_text=lambda T: T.full_like(T.ones(2), "a"),
    # dtypes and flags
    zeros_of_a_dtype_in_text=lambda T: T.zeros(2, dtype="float32"),
    tensor_of_a_dtype_in_text=lambda T: T.tensor([1.0], dtype="float32"),
    as_tensor_of_a_dtype_in_text=lambda T: T.as_tensor([1.0], dtype="float32"),
    softmax_in_a_dtype_in_text=lambda T: T.nn.functional.softmax(T.ones(2), 0, dtype="float64"),
    zeros_of_numpys_dtype=lambda T: T.zeros(2, dtype=np.float32),
    full_of_a_number_as_dtype=lambda T: T.full((2,), 1.0, dtype=3),
    Linear_of_a_dtype_in_text=lambda T: T.nn.Linear(2, 2, dtype="float64"),
    Module_to_integers=lambda T: T.nn.Linear(2, 2).to(T.int64),
    promotion_of_text=lambda T: T.promote_types(T.int64, "float"),
    type_of_text=lambda T: T.ones(2).type("float64"),
    type_of_a_number=lambda T: T.ones(2).type(3),
    zeros_that_require_text=lambda T: T.zeros(2, requires_grad="yes"),
    zeros_that_require_one=lambda T: T.zeros(2, requires_grad=1),
    tensor_that_requires_one=lambda T: T.tensor([1.0], requires_grad=1),
    set_grad_enabled_in_text=lambda T: T.set_grad_enabled("yes"),
    # ranges
    arange_to_a_tensor_of_rank_1=lambda T: T.arange(T.tensor([3])),
    linspace_from_a_tensor_of_rank_1=lambda T: T.linspace(T.tensor([0.0]), 1, 3),
    linspace_to_a_tensor_of_rank_1=lambda T: T.linspace(0, T.tensor([1.0]), 3),
    arange_to_nan=lambda T: T.arange(NAN),
    arange_from_nan=lambda T: T.arange(NAN, 1),
    arange_to_inf=lambda T: T.arange(INF),
    arange_to_minus_inf=lambda T: T.arange(0, -INF),
    arange_of_nan_steps=lambda T: T.arange(0, 1, NAN),
    arange_to_ten_to_the_20=lambda T: T.arange(1e20),
    arange_of_tiny_steps=lambda T: T.arange(0, 1, 1e-20),
    arange_to_two_to_the_63=lambda T: T.arange(2**63),
    arange_to_two_to_the_70=lambda T: T.arange(2**70),
    arange_by_two_to_the_63=lambda T: T.arange(0, 3, 2**63),
    arange_to_text=lambda T: T.arange("3"),
    arange_to_a_list=lambda T: T.arange([3]),
    arange_to_a_vector=lambda T: T.arange(T.tensor([3])),
    arange_of_bools=lambda T: T.arange(3, dtype=T.bool),
    arange_of_a_step_that_int64_cuts_to_0=lambda T: T.arange(0, 1, 0.25, dtype=T.int64),
    arange_of_integers_with_a_gradient=lambda T: T.arange(3, requires_grad=True),
    linspace_of_negative_steps=lambda T: T.linspace(0, 1, -1),
    linspace_of_bools=lambda T: T.linspace(0, 1, 3, dtype=T.bool),
    linspace_beyond_int8=lambda T: T.linspace(0, 300, 4, dtype=T.int8),
    linspace_beyond_float32=lambda T: T.linspace(0, 1e39, 3),
    linspace_to_inf_in_int64=lambda T: T.linspace(0, INF, 3, dtype=T.int64),
    linspace_from_a_vector=lambda T: T.linspace(T.tensor([0.0]), 1, 3),
    # data
    tensor_of_tensors_with_elements=lambda T: T.tensor([T.ones(2), T.ones(2)]),
    tensor_of_bytes=lambda T: T.tensor(b"ab"),
    tensor_of_an_array_of_texts=lambda T: T.tensor(np.array(["a"])),
    tensor_of_an_array_of_objects=lambda T: T.as_tensor(np.array([None])),
    tensor_of_long_doubles=lambda T: T.from_numpy(np.ones(1, np.longdouble)),
    tensor_of_dates=lambda T: T.from_numpy(np.array([1], "M8[s]")),
    tensor_of_an_array_in_another_byte_order=lambda T: T.as_tensor(np.ones(1, ">f8")),
    tensor_of_an_array_back_to_front=lambda T: T.from_numpy(np.arange(3)[::-1]),
    copy_of_an_array_back_to_front=lambda T: T.tensor(np.arange(3)[::-1]),
    from_numpy_of_a_number_of_numpy=lambda T: T.from_numpy(np.float64(1)),
    asarray_that_may_not_copy_a_list=lambda T: T.asarray([1], copy=False),
    asarray_that_may_not_convert=lambda T: T.asarray(T.ones(2), dtype=T.float64, copy=False),
    Tensor_of_a_number=lambda T: T.Tensor(1.5),
    Tensor_of_text=lambda T: T.Tensor("a"),
    Tensor_of_nothing=lambda T: T.Tensor(None),
    Tensor_of_a_negative_length=lambda T: T.Tensor(-1),
    Tensor_on_another_device=lambda T: T.Tensor([1.0], device="cuda"),
    Tensor_of_ragged_lists=lambda T: T.Tensor([[1], [1, 2]]),
    Variable_of_a_number=lambda T: T.autograd.Variable(3),
    text_in_a_tensor=lambda T: "a" in T.ones(2),
    # orders, limits, factors
    norm_of_a_word=lambda T: T.ones(2).norm("a"),
    norm_of_a_list=lambda T: T.ones(2).norm([2]),
    norm_of_a_complex_order=lambda T: T.norm(T.ones(2), 1j),
    isclose_with_a_negative_limit=lambda T: T.isclose(T.ones(2), T.ones(2), -1),
    allclose_with_a_limit_of_nan=lambda T: T.allclose(T.ones(2), T.ones(2), 1.0, NAN),
    allclose_with_text=lambda T: T.allclose(T.ones(2), T.ones(2), rtol="a"),
    allclose_of_shapes_that_do_not_fit=lambda T: T.allclose(T.ones(2), T.ones(3)),
    add_with_text_as_factor=lambda T: T.add(T.ones(2), T.ones(2), alpha="a"),
    add_of_integers_with_a_fraction=lambda T: T.add(T.tensor([1]), T.tensor([1]), alpha=1.5),
    add_of_floats_with_a_flag=lambda T: T.add(T.ones(2), T.ones(2), alpha=True),
    sub_with_nothing_as_factor=lambda T: T.sub(T.ones(2), T.ones(2), alpha=None),
    one_hot_of_a_fraction_of_classes=lambda T: T.nn.functional.one_hot(T.tensor([1]), 2.0),
    one_hot_of_a_word=lambda T: T.nn.functional.one_hot(T.tensor([1]), "a"),
    ignored_class_in_text=lambda T: entropy(T, ignore_index="a"),
    ignored_class_beyond_64_bits=lambda T: entropy(T, ignore_index=2**70),
    smoothing_in_text=lambda T: entropy(T, label_smoothing="a"),
    normal_of_text_in_place=lambda T: T.ones(2).normal_("a"),
    uniform_to_nothing_in_place=lambda T: T.ones(2).uniform_(0, None),
    uniform_with_three_bounds=lambda T: T.ones(2).uniform_(0, 1, 2),
)


def entropy(T, **options):
    return T.nn.functional.cross_entropy(T.ones(1, 2), T.tensor([0]), **options)


# torch's text goes on, with a table of its backends or of a function's forms, or with a trace of
# its own sources; ours is the beginning. Where torch lists the forms, ours names the argument.
CUT_SHORT = {
    "zeros on another backend": lambda T: T.zeros(2, device="mps"),
    "randperm on another backend": lambda T: T.randperm(3, device="mps"),
    "zeros of a length beyond 64 bits": lambda T: T.zeros(2**63),
    "view of a length beyond 64 bits": lambda T: T.ones(2).view(2**63),
    "memory that is not there": lambda T: T.zeros(2**45),
    "copies that have no room": lambda T: T.ones(1).expand(2**30, 2**30).clone(),
    "fill_ with text": lambda T: T.ones(2).fill_("a"),
    "masked_fill with text": lambda T: T.ones(2).masked_fill(T.ones(2) > 0, "a"),
    "to a dtype and a device": lambda T: T.ones(2).to(T.float64, "cpu"),
    "clamp with text": lambda T: T.ones(2).clamp("a"),
    "clamp by a number and a tensor": lambda T: T.ones(2).clamp(1, T.ones(2)),
    "arange of nothing": lambda T: T.arange(),
    "bernoulli_ with text": lambda T: T.ones(2).bernoulli_("a"),
    "normal with text": lambda T: T.normal("a", 1.0, (2,)),
}
NAMED = {
    "Module.to a dtype in text by name": lambda T: T.nn.Linear(1, 1).to(dtype="float64"),
    "to a dtype in text by name": lambda T: T.ones(2).to(dtype="float64"),
    "to a list": lambda T: T.ones(2).to([]),
    "arange to text, from 0": lambda T: T.arange(0, "3"),
    "arange on a number": lambda T: T.arange(3, device=1.5),
    "rand of a dtype in text": lambda T: T.rand(2, dtype="float32"),
    "linspace of a fraction of steps": lambda T: T.linspace(0, 1, 2.5),
    "linspace from text": lambda T: T.linspace("a", 1, 3),
    "eye with text columns": lambda T: T.eye(2, "a"),
    "sum along text": lambda T: T.ones(2).sum("a"),
    "sum along a fraction": lambda T: T.ones(2).sum(0.5),
    "max along text": lambda T: T.ones(2).max("a"),
    "squeeze of text": lambda T: T.ones(2).squeeze("a"),
    "var with a list as correction": lambda T: T.ones(2).var(correction=[1]),
}
