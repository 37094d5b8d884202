"""Misuses: programs that torch refuses, for both engines."""

MISUSES = {}


def misuse(name):
    """Enter a program that must fail, under a name."""

    def enter(program):
        MISUSES[name] = program
        return program

    return enter


def enter(**programs):
    for name, program in programs.items():
        misuse(name.replace("_", " "))(program)


def ones(T, *shape, **options):
    return T.ones(*shape, requires_grad=True, **options)


enter(
    # dimensions
    sum_of_a_missing_dim=lambda T: T.ones(2, 3).sum(2),
    sum_of_a_dim_before_the_first=lambda T: T.ones(2, 3).sum(-3),
    longer_rows_added_in_place=lambda T: T.ones(1, 3).add_(T.ones(2, 3)),
    more_dims_added_in_place=lambda T: T.ones(3).add_(T.ones(2, 3)),
    more_dims_of_length_one_added_in_place=lambda T: T.ones(3).add_(T.ones(1, 3)),
    sum_of_a_dim_twice=lambda T: T.ones(2, 3).sum((0, 0)),
    mean_of_a_missing_dim=lambda T: T.ones(2, 3).mean(5, True),
    prod_of_a_missing_dim=lambda T: T.ones(2).prod(1),
    var_of_a_missing_dim=lambda T: T.ones(2).var(1),
    std_of_a_missing_dim=lambda T: T.ones(2).std(-2),
    norm_of_a_missing_dim=lambda T: T.ones(2).norm(dim=1),
    max_of_a_missing_dim=lambda T: T.ones(2, 3).max(2),
    min_of_a_missing_dim=lambda T: T.ones(2, 3).min(dim=-3),
    argmax_of_a_missing_dim=lambda T: T.ones(2, 3).argmax(2),
    argmin_of_a_missing_dim=lambda T: T.ones(2, 3).argmin(2),
    Softmax_of_a_missing_dim=lambda T: T.nn.Softmax(dim=2)(T.ones(2, 3)),
    transpose_of_a_missing_dim=lambda T: T.ones(2, 3).transpose(0, 2),
    permute_with_too_few_dims=lambda T: T.ones(2, 3).permute(0),
    permute_with_a_dim_twice=lambda T: T.ones(2, 3).permute(0, 0),
    permute_of_a_missing_dim=lambda T: T.ones(2, 3).permute(0, 2),
    squeeze_of_a_missing_dim=lambda T: T.ones(2, 3).squeeze(2),
    unsqueeze_of_a_missing_dim=lambda T: T.ones(2, 3).unsqueeze(3),
    flatten_from_back_to_front=lambda T: T.ones(2, 3, 4).flatten(2, 1),
    flatten_of_a_missing_dim=lambda T: T.ones(2, 3).flatten(2),
    t_of_a_cube=lambda T: T.ones(2, 3, 4).t(),
    cat_along_a_missing_dim=lambda T: T.cat([T.ones(2), T.ones(2)], dim=1),
    stack_along_a_missing_dim=lambda T: T.stack([T.ones(2), T.ones(2)], dim=2),
    gather_along_a_missing_dim=lambda T: T.ones(2, 3).gather(2, T.tensor([[0]])),
    size_of_a_missing_dim=lambda T: T.ones(2, 3).size(2),
    unbind_of_a_missing_dim=lambda T: T.ones(2, 3).unbind(2),
    unbind_of_rank_0=lambda T: T.tensor(1.0).unbind(),
    # shapes
    add_of_shapes_that_do_not_fit=lambda T: T.ones(2, 3) + T.ones(4),
    mul_of_shapes_that_do_not_fit=lambda T: T.ones(2, 3) * T.ones(3, 2),
    compare_shapes_that_do_not_fit=lambda T: T.ones(2, 3) > T.ones(2),
    where_of_shapes_that_do_not_fit=lambda T: T.where(T.ones(2, 3) > 0, T.ones(2, 3), T.ones(2, 4)),
    maximum_of_shapes_that_do_not_fit=lambda T: T.maximum(T.ones(3), T.ones(4)),
    matmul_of_shapes_that_do_not_fit=lambda T: T.ones(2, 3) @ T.ones(2, 3),
    matmul_of_a_matrix_and_a_short_vector=lambda T: T.ones(2, 3) @ T.ones(2),
    matmul_of_a_vector_and_a_low_matrix=lambda T: T.ones(2) @ T.ones(3, 2),
    matmul_of_vectors_of_two_lengths=lambda T: T.ones(2) @ T.ones(3),
    matmul_of_a_number=lambda T: T.ones(2) @ T.tensor(3.0),
    matmul_of_stacks_that_do_not_fit=lambda T: T.ones(5, 2, 3) @ T.ones(5, 2, 3),
    matmul_of_a_stack_and_a_matrix=lambda T: T.ones(5, 2, 3) @ T.ones(2, 3),
    mm_of_a_vector=lambda T: T.mm(T.ones(2, 3), T.ones(3)),
    mm_of_shapes_that_do_not_fit=lambda T: T.mm(T.ones(2, 3), T.ones(2, 3)),
    dot_of_matrices=lambda T: T.dot(T.ones(2, 3), T.ones(2, 3)),
    outer_of_a_matrix=lambda T: T.outer(T.ones(2, 3), T.ones(3)),
    linear_of_shapes_that_do_not_fit=lambda T: T.nn.Linear(4, 3)(T.ones(2, 5)),
    linear_of_a_short_vector=lambda T: T.nn.Linear(4, 3)(T.ones(3)),
    view_of_another_size=lambda T: T.ones(2, 3).view(4, 2),
    view_with_two_unknowns=lambda T: T.ones(2, 3).view(-1, -1),
    view_that_does_not_divide=lambda T: T.ones(2, 3).view(-1, 4),
    view_with_a_negative_length=lambda T: T.ones(2, 3).view(-2, 3),
    view_of_a_transpose=lambda T: T.ones(2, 3).t().view(6),
    reshape_of_another_size=lambda T: T.ones(2, 3).reshape(7),
    expand_of_another_length=lambda T: T.ones(2, 3).expand(2, 4),
    cat_of_two_ranks=lambda T: T.cat([T.ones(2), T.ones(2, 2)]),
    cat_of_two_shapes=lambda T: T.cat([T.ones(2, 3), T.ones(2, 2)]),
    cat_of_numbers=lambda T: T.cat([T.tensor(1.0), T.tensor(2.0)]),
    cat_of_nothing=lambda T: T.cat([]),
    cat_of_lists=lambda T: T.cat([[1.0], [2.0]]),
    stack_of_two_shapes=lambda T: T.stack([T.ones(2), T.ones(3)]),
    stack_of_nothing=lambda T: T.stack([]),
    gather_with_another_rank=lambda T: T.ones(2, 3).gather(1, T.tensor([0])),
    gather_out_of_range=lambda T: T.ones(2, 3).gather(1, T.tensor([[3]])),
    gather_with_float_indices=lambda T: T.ones(2, 3).gather(1, T.tensor([[1.0]])),
    zeros_of_a_negative_length=lambda T: T.zeros(2, -1),
    max_of_nothing=lambda T: T.zeros(0).max(),
    argmax_of_nothing=lambda T: T.zeros(0).argmax(),
    # dtypes
    mean_of_integers=lambda T: T.tensor([1, 2]).mean(),
    var_of_integers=lambda T: T.tensor([1, 2]).var(),
    std_of_integers=lambda T: T.tensor([1, 2]).std(),
    norm_of_integers=lambda T: T.tensor([1, 2]).norm(),
    matmul_of_two_dtypes=lambda T: T.ones(2, 2) @ T.ones(2, 2, dtype=T.float64),
    dot_of_two_dtypes=lambda T: T.dot(T.ones(2), T.ones(2, dtype=T.float64)),
    linear_of_another_dtype=lambda T: T.nn.Linear(2, 2)(T.ones(2, 2, dtype=T.float64)),
    sub_of_bools=lambda T: T.tensor([True]) - T.tensor([True]),
    sub_of_a_bool_from_a_number=lambda T: 1 - T.tensor([True]),
    neg_of_bools=lambda T: -T.tensor([True]),
    relu_of_bools=lambda T: T.relu(T.tensor([True])),
    integer_to_a_negative_power=lambda T: T.tensor([2]) ** -1,
    where_of_a_float_condition=lambda T: T.where(T.ones(2), T.ones(2), T.ones(2)),
    index_with_floats=lambda T: T.ones(3)[T.tensor([0.0])],
    gradient_of_integers=lambda T: T.tensor([1, 2], requires_grad=True),
    gradient_of_integers_later=lambda T: T.tensor([1, 2]).requires_grad_(),
    invert_of_floats=lambda T: ~T.ones(2),
    and_of_floats=lambda T: T.ones(2) & T.ones(2),
    clamp_without_limits=lambda T: T.ones(2).clamp(),
    isclose_of_two_dtypes=lambda T: T.allclose(T.ones(2), T.ones(2, dtype=T.float64)),
    default_dtype_of_integers=lambda T: T.set_default_dtype(T.int64),
    # values and indices
    item_of_many=lambda T: T.ones(2).item(),
    float_of_many=lambda T: float(T.ones(2)),
    int_of_many=lambda T: int(T.ones(2)),
    truth_of_many=lambda T: bool(T.ones(2)),
    truth_of_none=lambda T: bool(T.ones(0)),
    length_of_rank_0=lambda T: len(T.tensor(1.0)),
    iteration_of_rank_0=lambda T: list(T.tensor(1.0)),
    index_that_is_too_large=lambda T: T.ones(2, 3)[2],
    index_in_the_second_dim=lambda T: T.ones(2, 3)[0, -4],
    too_many_indices=lambda T: T.ones(2)[0, 0],
    index_of_rank_0=lambda T: T.tensor(1.0)[0],
    label_that_is_too_large=lambda T: T.ones(2, 3)[range(2), T.tensor([0, 3])],
    mask_of_another_shape=lambda T: T.ones(2, 3)[T.tensor([True, False, True])],
    slice_with_a_negative_step=lambda T: T.ones(3)[::-1],
    format_of_many=lambda T: f"{T.ones(2):.4f}",
    one_hot_of_floats=lambda T: T.nn.functional.one_hot(T.tensor([0.0])),
    one_hot_of_a_negative_label=lambda T: T.nn.functional.one_hot(T.tensor([-1])),
    one_hot_of_too_few_classes=lambda T: T.nn.functional.one_hot(T.tensor([2]), 2),
    numpy_with_gradient=lambda T: ones(T, 2).numpy(),
    # creation
    tensor_of_ragged_lists=lambda T: T.tensor([[1, 2], [3]]),
    tensor_of_lists_and_numbers=lambda T: T.tensor([[1, 2], 3]),
    tensor_of_numbers_and_lists=lambda T: T.tensor([1, [2, 3]]),
    tensor_of_text=lambda T: T.tensor("a"),
    tensor_of_texts=lambda T: T.tensor(["a"]),
    tensor_of_nothing=lambda T: T.tensor(None),
    from_numpy_of_a_list=lambda T: T.from_numpy([1.0]),
    arange_without_a_step=lambda T: T.arange(0, 3, 0),
    arange_in_the_wrong_direction=lambda T: T.arange(3, 0),
    randint_of_an_empty_range=lambda T: T.randint(3, 3, (2,)),
    rand_of_integers=lambda T: T.rand(2, dtype=T.int64),
    normal_with_a_negative_deviation=lambda T: T.normal(0.0, -1.0, (2,)),
    seed_that_is_too_large=lambda T: T.manual_seed(2**64),
    # autograd
    backward_of_many=lambda T: (ones(T, 2) * 2).backward(),
    backward_without_record=lambda T: T.ones(1).backward(),
    backward_twice=lambda T: twice((ones(T, 2) * ones(T, 2)).sum()),
    backward_twice_through_a_number=lambda T: twice((ones(T, 2) * 2).sum()),
    backward_twice_through_softmax=lambda T: twice(T.softmax(ones(T, 2), 0).sum()),
    backward_with_a_gradient_of_another_shape=lambda T: (ones(T, 2) * 2).backward(T.ones(3)),
    backward_with_a_list=lambda T: (ones(T, 2) * 2).backward([1.0, 2.0]),
    backward_into_no_inputs=lambda T: (ones(T, 2) * 2).sum().backward(inputs=[]),
    backward_with_too_few_gradients=lambda T: T.autograd.backward(
        [ones(T, 2), ones(T, 2)], [T.ones(2)]
    ),
    grad_of_what_was_not_used=lambda T: T.autograd.grad(ones(T, 2).sum(), ones(T, 2)),
    grad_in_a_constant=lambda T: T.autograd.grad(ones(T, 2).sum(), T.ones(2)),
    grad_of_a_constant=lambda T: T.autograd.grad(T.ones(2).sum(), ones(T, 2)),
    grad_of_many=lambda T: T.autograd.grad(ones(T, 2) * 2, ones(T, 2)),
    leaf_in_place=lambda T: ones(T, 2).add_(1),
    leaf_zeroed=lambda T: ones(T, 2).zero_(),
    leaf_item_set=lambda T: ones(T, 2).__setitem__(0, 5.0),
    leaf_masked=lambda T: ones(T, 2).__setitem__(T.tensor([True, False]), 5.0),
    view_of_a_leaf_in_place=lambda T: ones(T, 2)[0].mul_(2),
    in_place_of_another_shape=lambda T: T.ones(1).add_(T.ones(3)),
    in_place_of_another_dtype=lambda T: T.tensor([1]).add_(0.5),
    in_place_division_of_integers=lambda T: T.tensor([1]).div_(2),
    copy_of_another_shape=lambda T: T.ones(2).copy_(T.ones(3)),
    set_with_another_shape=lambda T: T.ones(2, 3).__setitem__(0, T.ones(2)),
    set_by_labels_with_another_shape=lambda T: T.ones(2, 3).__setitem__([0, 1], T.ones(2)),
    hook_without_gradient=lambda T: T.ones(2).register_hook(print),
    retain_grad_without_gradient=lambda T: T.ones(2).retain_grad(),
    requires_grad_of_a_result=lambda T: (ones(T, 2) * 2).requires_grad_(False),
    gradient_of_another_shape=lambda T: setattr(ones(T, 2), "grad", T.ones(3)),
    gradient_that_is_a_number=lambda T: setattr(ones(T, 2), "grad", 3),
    # functions
    softmax_of_a_list=lambda T: T.softmax([1.0], 0),
    softmax_without_a_dim=lambda T: T.softmax(T.ones(2)),
    log_softmax_without_a_dim=lambda T: T.ones(2).log_softmax(),
    exp_of_a_number=lambda T: T.exp(2.0),
    log_of_a_list=lambda T: T.log([2.0]),
    add_of_text=lambda T: T.add(T.ones(2), "a"),
    plus_text=lambda T: T.ones(2) + "a",
    matmul_of_a_list=lambda T: T.matmul(T.ones(2), [1.0, 2.0]),
    maximum_of_a_number=lambda T: T.maximum(T.ones(2), 1.0),
    # losses
    mse_loss_with_an_unknown_reduction=lambda T: T.nn.MSELoss(reduction="avg")(
        T.ones(2), T.ones(2)
    ),
)


def twice(y):
    y.backward()
    y.backward()


@misuse("change of what mul saved")
def _(T):
    a = ones(T, 2) * 1
    b = (a * a).sum()
    a.add_(1)
    b.backward()


@misuse("change of a constant that mul saved")
def _(T):
    constant = T.ones(3)
    y = ones(T, 3) * constant
    constant += 1
    y.sum().backward()


@misuse("change of what exp returned")
def _(T):
    y = T.exp(ones(T, 2))
    y.mul_(2)
    y.sum().backward()


@misuse("change of what sigmoid returned, through detach")
def _(T):
    y = T.sigmoid(ones(T, 2))
    y.detach().zero_()
    y.sum().backward()


@misuse("change of what softmax returned, through a view")
def _(T):
    y = T.softmax(ones(T, 2, 3), 1)
    y[0].mul_(2)
    y.sum().backward()


@misuse("change of the divisor")
def _(T):
    divisor = ones(T, 2) * 2
    y = ones(T, 2) / divisor
    divisor += 1
    y.sum().backward()


@misuse("square in place by itself")
def _(T):
    y = ones(T, 2) * 2
    y *= y
    y.sum().backward()


@misuse("view made without record, changed with record")
def _(T):
    x = ones(T, 3)
    with T.no_grad():
        view = x[0:2]
    view += 1


@misuse("second backward through a retained and a freed part")
def _(T):
    x = ones(T, 2)
    middle = x * x
    middle.sum().backward(retain_graph=True)
    (middle * middle).sum().backward()
    (middle + 1).sum().backward()


enter(
    # gradients, memory and flags of another kind
    gradient_of_another_dtype=lambda T: setattr(ones(T, 2), "grad", T.ones(2, dtype=T.float64)),
    gradient_of_integers_assigned=lambda T: setattr(ones(T, 2), "grad", T.ones(2, dtype=T.int64)),
    gradient_wider_than_half=lambda T: setattr(ones(T, 2, dtype=T.float16), "grad", T.ones(2)),
    gradient_of_another_dtype_and_shape=lambda T: setattr(
        ones(T, 2), "grad", T.ones(3, dtype=T.float64)
    ),
    gradient_that_is_the_tensor=lambda T: own_gradient(ones(T, 2)),
    data_that_is_a_list=lambda T: setattr(T.ones(2), "data", [1.0]),
    data_of_integers=lambda T: setattr(ones(T, 2), "data", T.ones(2, dtype=T.int64)),
    requires_grad_of_a_number=lambda T: setattr(T.ones(2), "requires_grad", 3),
    requires_grad_in_text=lambda T: T.ones(2).requires_grad_("yes"),
    hook_that_returns_a_number=lambda T: hooked(T, lambda g: 3),
    hook_that_returns_another_dtype=lambda T: hooked(T, lambda g: g.double()),
    hook_that_returns_another_shape=lambda T: hooked(T, lambda g: T.ones(3)),
    grad_in_nothing=lambda T: T.autograd.grad(ones(T, 2).sum(), []),
    backward_into_a_number=lambda T: ones(T, 2).sum().backward(inputs=[3]),
    parameter_with_a_flag_in_text=lambda T: T.nn.Parameter(T.ones(1), requires_grad="x"),
    size_of_rank_0=lambda T: T.tensor(1.0).size(0),
    last_size_of_rank_0=lambda T: T.tensor(1.0).size(-1),
    size_in_text=lambda T: T.ones(2).size("a"),
    size_of_a_float_dim=lambda T: T.ones(2).size(1.0),
    stride_of_rank_0=lambda T: T.tensor(1.0).stride(0),
    # threads
    no_threads=lambda T: T.set_num_threads(0),
    a_negative_number_of_threads=lambda T: T.set_num_threads(-3),
    half_a_thread=lambda T: T.set_num_threads(0.5),
    threads_of_a_flag=lambda T: T.set_num_threads(True),
    threads_beyond_32_bits=lambda T: T.set_num_threads(2**31),
    threads_beyond_64_bits=lambda T: T.set_num_threads(2**63),
)


def own_gradient(x):
    x.grad = x


def hooked(T, hook):
    x = ones(T, 2)
    x.register_hook(hook)
    (x * 2).sum().backward()
