"""Values and gradients where a slope jumps, where elements tie, at zeros, infinities and nan.

Every call is made in float64 on a handful of numbers: where torch computes several elements at
once, the signs of its zeros depend on the processor.
"""

import functools

PROGRAMS = {}
NAN, INF = float("nan"), float("inf")
POINTS = [0.0, -0.0, NAN, 1.0, -1.0, INF, -INF]
TWICE = [-1.0] * len(POINTS)


def enter(**calls):
    """Enter calls under their names, underscores as blanks: a function, inputs, a cotangent."""
    for name, call in calls.items():
        PROGRAMS[name.replace("_", " ")] = functools.partial(value_and_gradients, call)


def value_and_gradients(call, T):
    """Return the value of a call and the gradients of its inputs, for ones or a cotangent."""
    function, *inputs = call
    cotangent = None
    if isinstance(inputs[-1], dict):
        cotangent = inputs.pop()["back"]
    leaves = [T.tensor(each, dtype=T.float64, requires_grad=True) for each in inputs]
    y = function(T, *leaves)
    back = T.ones_like(y) if cotangent is None else T.tensor(cotangent, dtype=y.dtype)
    y.backward(back)
    return y.detach(), [leaf.grad for leaf in leaves]


def back(*cotangent):
    """Say with what to go back."""
    return {"back": list(cotangent)}


enter(
    # clamp
    clamp_between_numbers=(lambda T, x: x.clamp(0.0, 1.0), [*POINTS, 0.5]),
    clamp_between_integers=(lambda T, x: x.clamp(0, 1), POINTS),
    clamp_from_below=(lambda T, x: x.clamp(min=0), POINTS),
    clamp_from_above=(lambda T, x: x.clamp(max=0), POINTS),
    clamp_from_below_by_minus_0=(lambda T, x: x.clamp(min=-0.0), [0.0, -0.0]),
    clamp_from_above_by_minus_0=(lambda T, x: x.clamp(max=-0.0), [0.0, -0.0]),
    clamp_between_crossed_numbers=(lambda T, x: x.clamp(1.0, 0.0), POINTS),
    clamp_from_below_by_nan=(lambda T, x: x.clamp(min=NAN), [0.0, 1.0]),
    clamp_from_above_by_nan=(lambda T, x: x.clamp(0.0, NAN), [0.0, 1.0]),
    clamp_pulled_back_with_minus=(lambda T, x: x.clamp(0.0, 1.0), POINTS, back(*TWICE)),
    clamp_between_tensors=(
        lambda T, x, low, high: x.clamp(low, high),
        [0.0, 1.0, -0.0, 0.5, 2.0, -1.0],
        [0.0],
        [1.0],
    ),
    clamp_from_below_by_a_tensor=(
        lambda T, x, low: x.clamp(min=low),
        [0.0, 1.0, -0.0, NAN, 1.0, -1.0],
        [0.0, -0.0, 0.0, 0.0, NAN, 0.5],
    ),
    clamp_from_above_by_a_tensor=(
        lambda T, x, high: x.clamp(max=high),
        [0.0, 1.0, -0.0, NAN, 1.0, -1.0],
        [0.0, -0.0, 0.0, 0.0, NAN, 0.5],
    ),
    clamp_between_crossed_tensors=(
        lambda T, x, low, high: x.clamp(low, high),
        [0.0, 1.0, 0.5, 2.0],
        [1.0] * 4,
        [0.0] * 4,
    ),
    clamp_between_equal_tensors=(
        lambda T, x, low, high: x.clamp(low, high),
        [0.0, 1.0, 0.5, 2.0],
        [1.0] * 4,
        [1.0] * 4,
    ),
    clamp_between_nan_and_a_tensor=(
        lambda T, x, low, high: x.clamp(low, high),
        [0.0, 1.0, 2.0, NAN],
        [NAN] * 4,
        [1.0] * 4,
    ),
    clamp_between_broadcast_tensors=(
        lambda T, x, low, high: x.clamp(low, high),
        [[0.0, 1.0, 2.0], [0.5, 1.5, 3.0]],
        [[0.5], [1.0]],
        [1.0, 1.0, 2.0],
    ),
    clamp_to_a_larger_shape=(lambda T, x, low: x.clamp(low), [0.0, 1.0], [[0.5], [1.0]]),
    clamp_between_a_tensor_and_a_number=(
        lambda T, x: x.clamp(T.tensor(0.0), 1.0),
        [0.0, 1.0, 0.5, 2.0],
    ),
    # norm
    norm_half=(lambda T, x: x.norm(0.5), [4.0, 0.0, 9.0]),
    norm_near_1=(lambda T, x: x.norm(0.9), [4.0, 0.0, -9.0]),
    norm_half_of_zeros=(lambda T, x: x.norm(0.5), [0.0, 0.0]),
    norm_half_along_rows=(lambda T, x: x.norm(0.5, dim=1), [[1.0, 0.0], [2.0, 3.0], [0.0, 0.0]]),
    norm_1_at_zeros=(lambda T, x: x.norm(1), [0.0, -0.0, 3.0]),
    norm_1_of_nan=(lambda T, x: x.norm(1), [INF, -3.0, NAN]),
    norm_one_and_a_half_at_zeros=(lambda T, x: x.norm(1.5), [0.0, -0.0, 3.0]),
    norm_2_at_zeros=(lambda T, x: x.norm(2), [0.0, -0.0, 3.0]),
    norm_2_of_zeros=(lambda T, x: x.norm(), [0.0, -0.0]),
    norm_2_of_nan=(lambda T, x: x.norm(), [NAN, 1.0]),
    norm_2_of_inf=(lambda T, x: x.norm(), [INF, 1.0]),
    norm_3_at_zeros=(lambda T, x: x.norm(3), [0.0, -0.0, -3.0]),
    norm_3_of_zeros=(lambda T, x: x.norm(3), [0.0, -0.0]),
    norm_3_pulled_back_with_minus=(lambda T, x: x.norm(3), [0.0, -0.0, 1.0], {"back": -1.0}),
    norm_0=(lambda T, x: x.norm(0), [0.0, -0.0, 3.0]),
    norm_0_beside_another_path=(lambda T, x: x.norm(0) + (x * x).sum(), [0.0, 3.0]),
    norm_minus_1=(lambda T, x: x.norm(-1), [1.0, -2.0, 3.0]),
    norm_minus_1_at_zero=(lambda T, x: x.norm(-1), [0.0, -2.0, 3.0]),
    norm_minus_2_at_zero=(lambda T, x: x.norm(-2), [0.0, -2.0, 3.0]),
    norm_inf_at_a_tie=(lambda T, x: x.norm(INF), [0.0, -3.0, 3.0]),
    norm_inf_of_zeros=(lambda T, x: x.norm(INF), [0.0, -0.0]),
    norm_inf_of_nan=(lambda T, x: x.norm(INF), [NAN, -3.0, 3.0]),
    norm_inf_along_rows=(
        lambda T, x: x.norm(INF, dim=1, keepdim=True),
        [[1.0, -1.0], [2.0, 3.0], [0.0, 0.0]],
    ),
    norm_minus_inf_at_zero=(lambda T, x: x.norm(-INF), [0.0, -3.0, 3.0]),
    norm_minus_inf_at_a_tie=(lambda T, x: x.norm(-INF), [1.0, -1.0, 3.0]),
    # variances
    var_of_one=(lambda T, x: x.var(), [1.0]),
    var_with_nothing_free=(lambda T, x: x.var(correction=2), [1.0, 2.0]),
    var_with_less_than_nothing_free=(lambda T, x: x.var(correction=3), [1.0, 2.0]),
    var_of_equals_with_nothing_free=(lambda T, x: x.var(correction=2), [2.0, 2.0]),
    var_along_columns_with_too_few=(lambda T, x: x.var(0, correction=3), [[1.0, 2.0], [3.0, 4.0]]),
    var_along_columns_with_nothing_free=(
        lambda T, x: x.var(0, correction=2),
        [[1.0, 2.0], [3.0, 4.0]],
    ),
    var_with_a_negative_correction=(lambda T, x: x.var(correction=-1), [1.0, 2.0]),
    var_with_half_a_correction=(lambda T, x: x.var(correction=0.5), [1.0, 2.0]),
    var_of_a_number=(lambda T, x: x.var(correction=0), 3.0),
    var_of_nothing=(lambda T, x: x.var(), []),
    var_of_no_columns=(lambda T, x: x.var(0), [[], []]),
    var_of_inf=(lambda T, x: x.var(), [INF, 1.0]),
    std_of_one=(lambda T, x: x.std(), [1.0]),
    std_with_nothing_free=(lambda T, x: x.std(correction=2), [1.0, 2.0]),
    std_of_equals_with_nothing_free=(lambda T, x: x.std(correction=2), [2.0, 2.0]),
    std_along_columns_with_too_few=(lambda T, x: x.std(0, correction=3), [[1.0, 2.0], [3.0, 4.0]]),
    std_of_equals_along_columns=(lambda T, x: x.std(0), [[1.0, 2.0], [1.0, 4.0]]),
    std_of_empty_rows=(lambda T, x: x.std(1), [[], []]),
    std_of_a_number=(lambda T, x: x.std(), 3.0),
    # ties
    maximum_at_ties=(
        lambda T, a, b: T.maximum(a, b),
        [1.0, 2.0, INF, NAN, NAN, 1.0],
        [1.0, 1.0, INF, NAN, 1.0, NAN],
    ),
    minimum_at_ties=(
        lambda T, a, b: T.minimum(a, b),
        [1.0, 2.0, INF, NAN, NAN, 1.0],
        [1.0, 1.0, INF, NAN, 1.0, NAN],
    ),
    maximum_of_signed_zeros=(lambda T, a, b: T.maximum(a, b), [0.0, -0.0], [-0.0, 0.0]),
    minimum_of_signed_zeros=(lambda T, a, b: T.minimum(a, b), [0.0, -0.0], [-0.0, 0.0]),
    maximum_with_itself=(lambda T, a: T.maximum(a, a), [1.0, 0.0, -0.0, NAN]),
    minimum_with_its_copy=(lambda T, a: T.minimum(a, a * 1), [1.0, 0.0, -0.0, NAN]),
    max_at_a_tie=(lambda T, x: x.max(), [1.0, 2.0, 2.0]),
    min_at_a_tie=(lambda T, x: x.min(), [1.0, 1.0, 2.0]),
    max_of_signed_zeros=(lambda T, x: x.max(), [0.0, -0.0]),
    max_of_nan=(lambda T, x: x.max(), [NAN, 1.0, NAN]),
    min_of_nan=(lambda T, x: x.min(), [NAN, 1.0, 2.0]),
    amax_of_nan=(lambda T, x: x.amax(), [NAN, 1.0, NAN]),
    amax_along_columns=(lambda T, x: x.amax(0), [[NAN, 1.0, 2.0], [1.0, 1.0, 2.0]]),
    amin_along_columns=(lambda T, x: x.amin(0), [[NAN, 1.0, 2.0], [1.0, 1.0, 2.0]]),
    amax_along_both_with_dims_kept=(
        lambda T, x: x.amax((0, 1), True),
        [[2.0, 1.0, 2.0], [1.0, 1.0, 2.0]],
    ),
    amax_along_rows_with_dims_kept=(
        lambda T, x: x.amax(1, keepdim=True),
        [[2.0, 1.0, 2.0], [1.0, 1.0, 2.0]],
    ),
    amin_along_rows_with_dims_kept=(
        lambda T, x: x.amin(1, keepdim=True),
        [[2.0, 1.0, 2.0], [1.0, 1.0, 2.0]],
    ),
    amax_of_infinities=(lambda T, x: x.amax(1), [[INF, 1.0, INF], [1.0, -INF, 2.0]]),
    amax_of_signed_zeros=(lambda T, x: x.amax(1), [[0.0, -0.0], [-0.0, 0.0]]),
    amin_of_signed_zeros=(lambda T, x: x.amin(0), [[0.0, -0.0], [-0.0, 0.0]]),
    amax_of_signed_zeros_along_two=(
        lambda T, x: x.amax((0, 2)),
        [[[-0.0, 0.0], [1.0, 2.0]], [[0.0, -0.0], [-1.0, 0.0]]],
    ),
    amax_pulled_back_with_minus=(lambda T, x: x.amax(), [0.0, 1.0, 2.0], {"back": -1.0}),
    amax_of_no_rows=(lambda T, x: x.amax(1), [[1.0, 1.0]]),
    max_along_rows_of_nan=(lambda T, x: x.max(1).values, [[NAN, 1.0, NAN], [1.0, 1.0, 2.0]]),
    min_along_rows_of_zeros=(lambda T, x: x.min(1, True)[0], [[0.0, -0.0], [-0.0, 0.0]]),
    # functions of each element
    abs_at_all=(lambda T, x: x.abs(), POINTS),
    abs_pulled_back_with_minus=(lambda T, x: x.abs(), POINTS, back(*TWICE)),
    sign_at_all=(lambda T, x: x.sign(), POINTS),
    relu_at_all=(lambda T, x: x.relu(), POINTS),
    sqrt_at_all=(lambda T, x: x.sqrt(), POINTS),
    log_at_all=(lambda T, x: x.log(), POINTS),
    log1p_at_all=(lambda T, x: x.log1p(), POINTS),
    exp_at_all=(lambda T, x: x.exp(), POINTS),
    reciprocal_at_all=(lambda T, x: x.reciprocal(), POINTS),
    pow_0_at_all=(lambda T, x: x**0, POINTS),
    pow_1_at_all=(lambda T, x: x**1, POINTS),
    pow_2_at_all=(lambda T, x: x**2, POINTS),
    pow_3_at_all=(lambda T, x: x**3, POINTS),
    pow_minus_1_at_all=(lambda T, x: x**-1, POINTS),
    pow_minus_2_at_all=(lambda T, x: x**-2, POINTS),
    pow_half_at_all=(lambda T, x: x**0.5, POINTS),
    pow_minus_half_at_all=(lambda T, x: x**-0.5, POINTS),
    pow_one_and_a_half_at_all=(lambda T, x: x**1.5, POINTS),
    pow_inf=(lambda T, x: x**INF, [0.0, 0.5, 1.0, 2.0, -1.0]),
    pow_by_a_tensor_of_half=(lambda T, x: x ** T.tensor(0.5), [-0.0, -INF, 4.0]),
    power_of_0=(lambda T, x: 0**x, POINTS),
    power_of_minus_0=(lambda T, x: (-0.0) ** x, POINTS),
    power_of_1=(lambda T, x: 1**x, POINTS),
    power_of_2=(lambda T, x: 2.0**x, POINTS),
    power_of_minus_2=(lambda T, x: (-2.0) ** x, POINTS),
    power_of_inf=(lambda T, x: INF**x, POINTS),
    powers_at_zeros=(
        lambda T, a, b: a**b,
        [0.0, 0.0, 0.0, 0.0, -0.0, -0.0, NAN, 1.0, 0.0, 0.0],
        [0.0, 1.0, 2.0, -1.0, 0.0, 1.0, 0.0, NAN, INF, -INF],
    ),
    quotients_by_zeros=(lambda T, a, b: a / b, POINTS, [0.0] * 7),
    remainders_by_2=(lambda T, a: a % 2, [0.0, -0.0, 4.0, -4.0, 3.0, -3.0, INF]),
    remainders_by_minus_2=(lambda T, a: a % -2, [0.0, -0.0, 4.0, -4.0, 3.0, -3.0, INF]),
    remainders_by_infinities=(
        lambda T, a, b: a % b,
        [1.0, -1.0, 1.0, -1.0, 1.0],
        [INF, INF, -INF, -INF, 0.0],
    ),
    prod_at_a_zero=(lambda T, x: x.prod(), [0.0, -1.0, 2.0]),
    prod_at_two_zeros=(lambda T, x: x.prod(), [0.0, -0.0, 2.0]),
    prod_of_nan_and_zero=(lambda T, x: x.prod(), [NAN, 0.0, 2.0]),
    prod_along_rows_at_zeros=(lambda T, x: x.prod(1), [[INF, 0.0, 2.0], [0.0, 0.0, 1.0]]),
    # choices
    where_nan_is_not_chosen=(
        lambda T, a, b: T.where(a > 0, a, b),
        [1.0, NAN, -1.0],
        [NAN, 2.0, 3.0],
    ),
    where_the_slope_is_infinite=(lambda T, x: T.where(x > 0, x.sqrt(), 0.0), [1.0, 0.0, -1.0]),
    where_the_other_is_nan=(lambda T, x: T.where(x > 0, x, NAN), [1.0, 0.0]),
    masked_fill_of_nan=(lambda T, x: x.masked_fill(x != x, 0.0), [1.0, NAN]),
    # zeros with a sign on the way back
    slice_pulled_back=(lambda T, x: x[0:1], [1.0, 2.0], back(-0.0)),
    element_pulled_back=(lambda T, x: x[0], [1.0, 2.0], {"back": -0.0}),
    list_pulled_back=(lambda T, x: x[[0]], [1.0, 2.0], back(-0.0)),
    repeated_list_pulled_back=(lambda T, x: x[[0, 0]], [1.0, 2.0], back(1.0, 2.0)),
)


def entry(function):
    """Enter a program of another form."""
    PROGRAMS[function.__name__.replace("_", " ")] = function
    return function


@entry
def second_gradients_at_ties_and_limits(T):
    found = []
    for function in (
        lambda x: T.maximum(x, T.ones(3)) ** 2,
        lambda x: x.clamp(T.zeros(3), T.ones(3)) ** 2,
        lambda x: x.clamp(0.0, 1.0) ** 2,
        lambda x: x.amax() ** 2,
        lambda x: x.norm(3),
    ):
        x = T.tensor([1.0, 0.5, 2.0], requires_grad=True)
        (first,) = T.autograd.grad(function(x).sum(), x, create_graph=True)
        (second,) = T.autograd.grad(first.sum(), x)
        found += [first.detach(), second]
    return found


@entry
def names_and_dtypes_of_clamp(T):
    x = T.tensor([1.0, 2.0], requires_grad=True)
    zero, one = T.tensor(0.0), T.tensor(1.0)
    names = [
        x.clamp(*limits).grad_fn.name()
        for limits in ((zero, one), (zero, 1.0), (0.0, one), (zero,), (None, one), (0.0, 1.0))
    ]
    wide = T.ones(1, dtype=T.float64)
    return names, T.ones(1).clamp(wide), T.arange(3).clamp(T.tensor(0.5)), T.arange(3).clamp(0.5)


@entry
def the_first_of_equal_zeros_is_the_largest(T):
    return T.tensor([0.0, -0.0, 0.0]).max(0), T.tensor([-0.0, 0.0]).argmax()


@entry
def nothing_comes_back_from_a_count(T):
    x, y = T.ones(2, requires_grad=True), T.ones(2, requires_grad=True)
    (x * 3).norm(0).backward()
    return x.grad, T.autograd.grad((x * 3).norm(0) + y.sum(), [x, y], allow_unused=True)
