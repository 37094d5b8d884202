"""Misuses of pieces: splitting, joining, indices, masks, shared places; for both engines."""

MISUSES = {}


def enter(**programs):
    """Enter programs that must fail under their names, underscores as blanks."""
    for name, program in programs.items():
        MISUSES[name.replace("_", " ")] = program


def nine(T):
    return T.arange(9.0).reshape(3, 3)


def put(x, index, value):
    x[index] = value


enter(
    # pieces
    split_into_too_little=lambda T: T.arange(5).split([1, 3]),
    split_into_too_much=lambda T: T.split(T.arange(5), [3, 3]),
    split_into_nothing=lambda T: T.arange(5).split([]),
    split_into_huge_lengths=lambda T: T.arange(6).split([2**62, 2**62]),
    split_into_a_negative_length=lambda T: T.arange(5).split([-1, 6]),
    split_by_0=lambda T: T.arange(5).split(0),
    split_by_a_negative_number=lambda T: T.arange(5).split(-1),
    split_by_a_float=lambda T: T.split(T.arange(5), 2.0),
    split_by_floats=lambda T: T.split(T.arange(5), [2.0, 3.0]),
    split_by_a_word=lambda T: T.split(T.arange(5), "a"),
    split_by_none=lambda T: T.split(T.arange(5), None),
    split_by_a_vector=lambda T: T.split(T.arange(5), T.tensor([2, 3])),
    split_by_too_large_a_number=lambda T: T.split(T.arange(6), 2**64),
    split_of_a_list=lambda T: T.split([1, 2], 2),
    split_of_a_missing_dim=lambda T: T.arange(5).split(2, 1),
    split_of_rank_0=lambda T: T.tensor(1.0).split(1),
    split_of_rank_0_by_lengths=lambda T: T.tensor(1.0).split([1]),
    chunk_0=lambda T: T.arange(5).chunk(0),
    chunk_of_a_negative_number=lambda T: T.arange(5).chunk(-1),
    chunk_by_a_float=lambda T: T.chunk(T.arange(5), 2.0),
    chunk_by_a_bool=lambda T: T.chunk(T.arange(5), True),
    chunk_by_none=lambda T: T.chunk(T.arange(5), None),
    chunk_along_a_word=lambda T: T.chunk(T.arange(5), 2, "a"),
    chunk_of_rank_0=lambda T: T.tensor(1.0).chunk(2),
    cat_along_a_word=lambda T: T.cat([T.zeros(2)], "a"),
    cat_along_none=lambda T: T.cat([T.zeros(2)], None),
    cat_along_a_float=lambda T: T.cat([T.zeros(2)], 0.5),
    cat_of_an_empty_one_and_two_shapes=lambda T: T.cat(
        [T.tensor([]), T.zeros(2, 3), T.zeros(1, 4)]
    ),
    cat_of_an_empty_one_and_two_ranks=lambda T: T.cat([T.tensor([]), T.zeros(2, 3), T.zeros(1)]),
    cat_of_an_empty_one_along_a_missing_dim=lambda T: T.cat([T.tensor([]), T.zeros(2, 3)], 2),
    cat_of_empty_ones_that_differ=lambda T: T.cat([T.zeros(0, 4), T.zeros(2, 3)]),
    cat_of_an_empty_one_and_a_number=lambda T: T.cat([T.zeros(0), T.tensor(1.0)]),
    stack_along_a_word=lambda T: T.stack([T.zeros(2)], "x"),
    stack_along_none=lambda T: T.stack([T.zeros(2)], None),
    unbind_of_a_word=lambda T: T.unbind(T.zeros(2), "a"),
    # shapes
    flip_of_a_dim_twice=lambda T: T.zeros(2, 3).flip(0, 0),
    flip_of_a_dim_twice_from_both_ends=lambda T: T.zeros(2, 3).flip(0, -2),
    flip_of_a_dim_twice_in_a_list=lambda T: T.zeros(2, 3).flip([1, 1]),
    flip_of_rank_0_twice=lambda T: T.tensor(1.0).flip(0, 0),
    flip_of_a_missing_dim=lambda T: T.zeros(2, 3).flip(2),
    flip_of_no_dims=lambda T: T.zeros(2, 3).flip(),
    flip_of_a_word=lambda T: T.zeros(2, 3).flip("a"),
    flip_of_a_float=lambda T: T.zeros(2, 3).flip(1.0),
    flip_of_floats=lambda T: T.zeros(2, 3).flip([1.0]),
    flatten_of_a_word=lambda T: T.flatten(T.zeros(2, 3), "a"),
    flatten_up_to_none=lambda T: T.flatten(T.zeros(2, 3), 0, None),
    view_of_nothing_with_an_unknown=lambda T: T.zeros(2, 0).view(-1, 0),
    reshape_to_a_word=lambda T: T.zeros(2, 3).reshape("a"),
    reshape_to_nothing=lambda T: T.zeros(2, 3).reshape(),
    view_as_a_list=lambda T: T.zeros(2).view_as([1]),
    expand_as_a_number=lambda T: T.zeros(2).expand_as(2),
    expand_of_a_new_dim_by_minus_1=lambda T: T.zeros(3).expand(-1, 3),
    expand_by_minus_2=lambda T: T.zeros(3).expand(2, -2),
    expand_to_a_word=lambda T: T.zeros(3).expand("a"),
    expand_to_nothing=lambda T: T.zeros(3).expand(),
    expand_to_fewer_dims=lambda T: T.zeros(3, 1).expand(3),
    expand_beyond_all_memory=lambda T: T.zeros(3).expand(2**62, 3),
    # indices
    empty_mask=lambda T: T.arange(6.0)[T.tensor([], dtype=T.bool)],
    mask_with_an_empty_dim=lambda T: T.zeros(2, 3)[T.zeros(2, 0, dtype=T.bool)],
    mask_of_bytes_of_another_shape=lambda T: T.arange(6)[T.tensor([1, 0, 1], dtype=T.uint8)],
    list_of_bools_of_another_length=lambda T: T.zeros(2, 3)[[True, False, True]],
    array_of_bools_of_another_length=lambda T: T.zeros(2, 3)[T.zeros(3).numpy() == 0],
    mask_of_the_second_dim=lambda T: T.zeros(2, 3)[:, [True, False]],
    mask_with_too_many_dims=lambda T: T.zeros(2, 3)[T.tensor([[[True]]])],
    masks_of_two_counts=lambda T: T.zeros(2, 3)[[True, True], [True] * 3],
    index_of_int8=lambda T: T.arange(6)[T.tensor([1], dtype=T.int8)],
    index_of_int16=lambda T: T.arange(6)[T.tensor([1], dtype=T.int16)],
    index_that_is_a_float=lambda T: T.arange(6)[1.0],
    index_that_is_a_float_tensor=lambda T: T.arange(6)[T.tensor(1.0)],
    index_that_is_complex=lambda T: T.arange(6)[1j],
    index_that_is_a_dict=lambda T: T.arange(6)[{}],
    index_that_is_a_word=lambda T: T.arange(6)["a"],
    index_that_is_bytes=lambda T: T.arange(6)[b"a"],
    index_beyond_int64=lambda T: T.zeros(3)[2**63],
    index_far_beyond_int64=lambda T: T.zeros(3)[2**70],
    index_before_int64=lambda T: T.zeros(3)[-(2**63) - 1],
    index_list_beyond_int64=lambda T: T.zeros(3)[[2**63]],
    index_list_of_nan=lambda T: T.arange(6)[[float("nan")]],
    index_list_of_words=lambda T: T.arange(6)[["a"]],
    index_list_of_complex=lambda T: T.arange(6)[[1j]],
    index_list_of_dicts=lambda T: T.arange(6)[[{}]],
    index_list_of_two_depths=lambda T: T.arange(6)[[[1, [2]]]],
    index_tensor_out_of_range=lambda T: T.arange(6)[T.tensor(6)],
    index_vector_out_of_range=lambda T: T.arange(6)[T.tensor([0, -7])],
    index_list_out_of_range=lambda T: T.arange(6)[[0, 9]],
    index_list_before_the_first=lambda T: T.arange(6)[[-7]],
    index_array_out_of_range=lambda T: T.arange(6)[T.tensor([9]).numpy()],
    index_range_out_of_range=lambda T: T.arange(6)[range(7)],
    index_behind_a_new_axis=lambda T: T.zeros(2, 3)[None, 2],
    index_behind_a_new_axis_and_a_number=lambda T: T.zeros(2, 3)[None, 0, 3],
    index_behind_an_ellipsis=lambda T: T.zeros(2, 3)[..., -4],
    index_vector_behind_a_slice=lambda T: T.zeros(2, 3)[:, T.tensor([3])],
    index_vector_behind_a_number=lambda T: T.zeros(2, 3)[0, T.tensor([3])],
    index_second_vector_out_of_range=lambda T: T.zeros(2, 3)[[0, 1], [0, 3]],
    index_number_before_a_vector=lambda T: T.zeros(2, 3)[2, T.tensor([0])],
    index_vectors_that_do_not_fit=lambda T: T.zeros(2, 3)[[0, 1], [0, 1, 2]],
    index_vectors_for_one_dim=lambda T: T.arange(6)[[0], [0]],
    index_number_and_mask_for_one_dim=lambda T: T.zeros(2, 3)[0, T.ones(2, 3) > 0],
    index_lists_for_one_dim=lambda T: T.arange(6)[[[1], [2, 3]]],
    index_list_of_rank_0=lambda T: T.tensor(1.0)[[]],
    index_vector_of_rank_0=lambda T: T.tensor(1.0)[T.tensor([0])],
    slice_of_rank_0=lambda T: T.tensor(1.0)[:],
    slice_from_a_float=lambda T: T.zeros(3)[1.0:],
    slice_from_a_word=lambda T: T.zeros(3)["a":],
    slice_from_a_float_tensor=lambda T: T.zeros(3)[T.tensor(1.0) :],
    slice_from_two_numbers=lambda T: T.zeros(3)[T.tensor([1, 2]) :],
    slice_with_a_step_of_0=lambda T: T.zeros(3)[::0],
    # gather
    gather_of_rank_0_out_of_range=lambda T: T.gather(T.tensor(5.0), 0, T.tensor(1)),
    gather_of_rank_0_along_a_missing_dim=lambda T: T.gather(T.tensor(5.0), 1, T.tensor(0)),
    gather_of_a_row_by_a_matrix=lambda T: T.gather(T.tensor([5.0, 6]), 0, T.tensor([[1]])),
    gather_of_a_negative_place=lambda T: T.gather(nine(T), 1, T.tensor([[-1]])),
    gather_by_too_many_rows=lambda T: T.gather(nine(T), 1, T.zeros(4, 1, dtype=T.int64)),
    gather_along_a_word=lambda T: T.gather(nine(T), "a", T.tensor([[0]])),
    gather_along_none=lambda T: T.gather(nine(T), None, T.tensor([[0]])),
    gather_by_a_list=lambda T: T.gather(nine(T), 1, [[0]]),
    gather_by_int16=lambda T: T.gather(nine(T), 1, T.tensor([[0]], dtype=T.int16)),
    # masks
    masked_fill_of_another_length=lambda T: T.arange(6.0).masked_fill(T.tensor([True, False]), 1.0),
    masked_fill_of_rows=lambda T: T.zeros(2, 3).masked_fill(T.tensor([True, False]), 1.0),
    masked_fill_by_integers=lambda T: T.zeros(3).masked_fill(T.tensor([1, 0, 1]), 1.0),
    masked_fill_by_bytes=lambda T: T.zeros(3).masked_fill(T.tensor([1, 0, 1], dtype=T.uint8), 1.0),
    masked_fill_by_floats=lambda T: T.zeros(3).masked_fill(T.tensor([1.0, 0, 1]), 1.0),
    masked_fill_with_a_vector=lambda T: T.zeros(1).masked_fill(T.tensor([True]), T.tensor([2.0])),
    masked_fill_in_place_of_a_larger_shape=lambda T: T.zeros(1).masked_fill_(
        T.tensor([True, False]), 1.0
    ),
    # assignment
    set_by_an_empty_mask=lambda T: put(T.zeros(3), T.tensor([], dtype=T.bool), 1.0),
    set_by_a_mask_of_another_length=lambda T: put(T.zeros(3), [True, False], 1.0),
    set_by_a_mask_of_bytes=lambda T: put(T.zeros(3), T.tensor([1, 0, 1], dtype=T.uint8), 1.0),
    set_by_a_mask_too_few=lambda T: put(
        T.zeros(3), T.tensor([True, True, True]), T.tensor([1.0, 2.0])
    ),
    set_out_of_range=lambda T: put(T.zeros(3), 3, 1.0),
    set_a_list_out_of_range=lambda T: put(T.zeros(3), [-4], 1.0),
    set_behind_a_number=lambda T: put(T.zeros(2, 3), (0, [5]), 1.0),
    set_by_lists_that_do_not_fit=lambda T: put(T.zeros(2, 3), ([0, 1], [0, 1, 2]), 9.0),
    set_beyond_int64=lambda T: put(T.zeros(3), 2**63, 1.0),
    set_by_a_word=lambda T: put(T.zeros(3), "a", 1.0),
    set_by_a_step_of_0=lambda T: put(T.zeros(3), slice(None, None, 0), 1.0),
    set_of_rank_0_by_a_slice=lambda T: put(T.tensor(1.0), slice(None), 2.0),
    set_of_rank_0_by_a_list=lambda T: put(T.tensor(1.0), [0], 2.0),
    set_to_a_word=lambda T: put(T.zeros(3), 0, "a"),
    set_to_none=lambda T: put(T.zeros(3, dtype=T.int64), 0, None),
    set_to_a_list=lambda T: put(T.zeros(3, dtype=T.float64), slice(0, 2), [1.0, 2.0]),
    set_to_an_array=lambda T: put(T.zeros(3), slice(0, 2), T.ones(2).numpy()),
    set_to_a_number_of_numpy=lambda T: put(T.zeros(3), 0, T.ones(1).numpy()[0]),
    set_a_mask_to_a_word=lambda T: put(T.zeros(1), T.tensor([True]), "a"),
    set_a_number_to_a_vector=lambda T: put(T.zeros(3), 0, T.tensor([1.0, 2.0])),
    set_a_row_to_a_matrix=lambda T: put(T.zeros(2, 3), 0, T.ones(2, 3)),
    set_by_lists_another_dtype=lambda T: put(T.zeros(3), [0, 1], T.tensor([1, 2])),
    set_by_lists_a_wider_dtype=lambda T: put(T.zeros(3), [0, 1], T.tensor([1, 2], dtype=T.float64)),
    set_by_a_mask_another_dtype=lambda T: put(T.zeros(2), T.tensor([True, True]), T.tensor([1, 2])),
    set_behind_a_number_in_a_leaf=lambda T: put(T.ones(2, 3, requires_grad=True), (0, [1]), 9.0),
    # elements that share a place
    expanded_changed=lambda T: T.zeros(1).expand(3).add_(1),
    expanded_multiplied=lambda T: T.zeros(2, 1).expand(2, 3).mul_(T.ones(3)),
    expanded_copied_into=lambda T: T.zeros(1).expand(3).copy_(T.tensor([1.0, 2.0, 3.0])),
    expanded_clamped=lambda T: T.zeros(1).expand(3).clamp_(0, 1),
    expanded_row_set=lambda T: put(T.zeros(2, 1).expand(2, 3), 0, 5.0),
    expanded_slice_set=lambda T: put(T.zeros(1).expand(3), slice(None), 1.0),
    expanded_drawn_into=lambda T: T.zeros(1).expand(3).uniform_(),
    expanded_result_filled=lambda T: filled(T),
)


def filled(T):
    view = (T.ones(1, requires_grad=True) * 1).expand(3)
    view.fill_(2.0)
    view.sum().backward()
