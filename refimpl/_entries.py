"""Where the documentation explains a message: errors/#id of the entry that has its text.

The text of a message is written here with ``…`` for what a call fills in, or for its end where it
is long. Every text that refimpl can raise or warn of stands here once; the records of
`evidence.errors` say what each entry means. Nothing of this is read before something is refused.
"""

import functools

HOLE = "…"
TEXTS = {
    # targets
    "target-out-of-bounds": [
        "Target … is out of bounds.",
    ],
    "batch-sizes": [
        "Expected input batch_size (…) to match target batch_size (…).",
        "For 1D input, 1D target must have size 1, but got target size: …",
        "ArrayRef: invalid slice, N = 1; size = 0",
    ],
    "multi-target": [
        "Expected target size …, got …",
        "0D or 1D target tensor expected, multi-target not supported",
        "size mismatch (got input: … , target: …",
        "only batches of spatial targets supported (3D tensors) but got targets of dimension: …",
    ],
    "target-dtype": [
        "expected target dtype to be Long or Byte, but got …",
    ],
    "probabilities-dtype": [
        "Expected floating point type for target with class probabilities, got …",
    ],
    "ignored-probabilities": [
        "ignore_index is not supported for floating point target",
    ],
    "no-axis-of-classes": [
        "Expected 1 or more dimensions (got 0)",
    ],
    "class-weights": [
        "expected scalar type … but found …",
        "…weight tensor should be defined either for all … classes or no classes but got weight tensor of shape: …",
    ],
    "target-size": [
        "Target size (…) must be the same as input size (…)",
        "Using a target size (…) that is different to the input size (…) is deprecated. Please ensure they have the same size.",
    ],
    "target-broadcast": [
        "Using a target size (…) that is different to the input size (…).…",
    ],
    "between-0-and-1": [
        "all elements of … should be between 0 and 1",
    ],
    "target-of-another-dtype": [
        "Found dtype … but expected …",
    ],
    "loss-weights": [
        "Weights and input must have the same size.",
        "Attempting to broadcast a dimension of length … at …! Mismatching argument at index 1 had torch.Size(…); but expected shape should be…",
    ],
    "reduction": [
        "… is not a valid value for reduction",
        "Invalid reduction mode: …. Expected one of 'none', 'mean', 'sum'.",
    ],
    "size-average": [
        "size_average and reduce args will be deprecated, please use reduction='…' instead.",
    ],
    "kl-div-mean": [
        "reduction: 'mean' divides the total loss by both the batch size and the support size.'batchmean' divides only by the batch size, and aligns…",
    ],
    "kl-div-inputs": [
        "kl_div: … inputs not supported.",
    ],
    "label-smoothing": [
        "label_smoothing must be between 0.0 and 1.0. Got: …",
    ],
    "loss-parameters": [
        "smooth_l1_loss does not support negative values for beta.",
        "huber_loss does not support non-positive values for delta.",
        "delta must be a float or int, got: …",
    ],
    "one-hot": [
        "Class values must be non-negative.",
        "Class values must be smaller than num_classes.",
        "Can not infer total number of classes from empty tensor.",
        "one_hot is only applicable to index tensor of type LongTensor.",
    ],
    "implicit-dim": [
        "Implicit dimension choice for … has been deprecated. Change the call to include dim=X as an argument.",
    ],
    # shapes
    "sizes-must-match": [
        "The size of tensor a (…) must match the size of tensor b (…) at non-singleton dimension …",
    ],
    "mat1-and-mat2": [
        "mat1 and mat2 shapes cannot be multiplied (…x… and …x…)",
    ],
    "vector-sizes": [
        "size mismatch, got input (…), mat (…x…), vec (…)",
        "Expected size for first two dimensions of batch2 tensor to be: […, …] but got: […, …].",
        "inconsistent tensor size, expected tensor […] and src […] to have the same number of elements, but got … and … elements respectively",
    ],
    "rank-of-matrices": [
        "… must be a matrix",
        "mat2 must be a matrix, got …-D tensor",
        "diag(): Supports 1D or 2D tensors. Got …D",
        "Supports 1D or 2D tensors. Got …D",
        "outer: Expected 1-D argument …, but got …-D",
        "1D tensors expected, but got …D and …D tensors",
        "vector + matrix @ vector expected, got 1, …, …",
        "t() expects a tensor with <= 2 dimensions, but self is …D",
        "t_() expects a tensor with <= 2 dimensions, but self is …D",
        "both arguments to linear need to be at least 1D, but they are …D and …D",
        "both arguments to matmul need to be at least 1D, but they are …D and …D",
        "tensor.mT is only supported on matrices or batches of matrices. Got 1-D tensor.",
    ],
    "expanded-size": [
        "The expanded size of the tensor (…) isn't allowed in a leading, non-existing dimension …",
        "The expanded size of the tensor (…) must match the existing size (…) at non-singleton dimension ….…",
        "expand(…{…}, size=…): the number of sizes provided (…) must be greater or equal to the number of dimensions in the tensor (…)",
    ],
    "invalid-shape": [
        "only one dimension can be inferred",
        "shape '[…]' is invalid for input of size …",
        "invalid shape dimension … at index … of shape […]",
        "cannot reshape tensor of 0 elements into shape … because the unspecified dimension size -1 can be any value and is ambiguous",
    ],
    "view-of-strides": [
        "view size is not compatible with input tensor's size and stride (at least one dimension spans across two contiguous subspaces).…",
    ],
    "cat-sizes": [
        "Tensors must have same number of dimensions: got … and …",
        "stack expects each tensor to be equal size, but got … at entry 0 and … at entry …",
        "Sizes of tensors must match except in dimension …. Expected size … but got size … for tensor number … in the list.",
    ],
    "cat-of-nothing": [
        "stack expects a non-empty TensorList",
        "torch.cat(): expected a non-empty list of Tensors",
        "zero-dimensional tensor (at position …) cannot be concatenated",
    ],
    "list-of-tensors": [
        "expected Tensor as element … in argument 0, but got …",
        "…(): argument 'tensors'… must be tuple of Tensors, not …",
    ],
    "split-sizes": [
        "chunk expects at least a 1-dimensional tensor",
        "split expects at least a 1-dimensional tensor",
        "chunk expects `chunks` to be greater than 0, got: …",
        "split expects split_size be non-negative, but got split_size=…",
        "split_size can only be 0 if dimension size is 0, but got dimension size of …",
        "split_with_sizes expects split_sizes have only non-negative entries, but got split_sizes=…",
        "split_with_sizes expects split_sizes to sum exactly to … (input tensor's size at dimension …), but got split_sizes=…",
    ],
    "dim-out-of-range": [
        "Dimension out of range (expected to be in range of […, …], but got …)",
    ],
    "dims-twice": [
        "permute(): duplicate dims are not allowed.",
        "dim … appears multiple times in the list of dims",
        "flatten() has invalid args: start_dim cannot come after end_dim",
        "permute(sparse_coo): number of dimensions in the tensor input does not match the length of the desired ordering of dimensions i.e.…",
    ],
    "no-dimensions": [
        "len() of a 0-d tensor",
        "iteration over a 0-d tensor",
        "Dimension specified as … but tensor has no dimensions",
    ],
    "negative-size": [
        "… must be greater or equal to 0, got …",
        "zeros: Dimension size must be non-negative.",
        "Trying to create tensor with negative dimension …: …",
    ],
    "out-of-memory": [
        "Stride calculation overflowed",
        "invalid size, possible overflow?",
        "numel: integer multiplication overflow",
        "Storage size calculation overflowed with sizes=…",
        "[enforce fail at alloc_cpu.cpp:127] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to allocate … bytes.…",
    ],
    "nothing-to-reduce": [
        "…(): Expected reduction dim … to have non-zero size.",
        "… cannot compute the … norm on an empty tensor because the …",
        "…(): Expected reduction dim to be specified for input.numel() == 0.",
        "… cannot compute the … norm on the dimension …because this dimension is empty and the …",
        "…(): Expected reduction dim to be specified for input.numel() == 0. Specify the reduction dim with the 'dim' argument.",
    ],
    "norm-order": [
        "linalg.matrix_norm: Order … not supported.",
        "linalg.matrix_norm: dim must be a 2-tuple. Got …",
        "linalg.vector_norm: Expected a non-complex scalar as the order of norm.",
        "linalg.matrix_norm: The input tensor A must have at least 2 dimensions.",
    ],
    "transpose-of-other-ranks": [
        "Tensor.… is deprecated on 0-D tensors. This function is the identity in these cases.",
        "The use of `x.T` on tensors of dimension other than 2 to reverse their shape is deprecated and it will throw an error in a future release.…",
    ],
    "degrees-of-freedom": [
        "…(): degrees of freedom is <= 0. Correction should be strictly less than the reduction factor (input numel divided by output numel).",
    ],
    "nested-lists": [
        "not a sequence",
        "too many dimensions 'str'",
        "must be real number, not …",
        "expected sequence of length … at dim … (got …)",
    ],
    # indexing
    "index-out-of-bounds": [
        "index … is out of bounds for dimension … with size …",
        "index out of range in self",
        "index is out of bounds for dimension with size 0",
        "INDICES element is out of DATA bounds, id=… axis_dim=…",
        "index_select(): self indexing axis dim should be positive",
    ],
    "too-many-indices": [
        "too many indices for tensor of dimension …",
        "slice() cannot be applied to a 0-dim tensor.",
        "invalid index of a 0-dim tensor. Use `tensor.item()` in Python or `tensor.item<T>()` in C++ to convert a 0-dim tensor to a number",
    ],
    "index-type": [
        "value cannot be converted to type int64 without overflow",
        "tensors used as indices must be long, int, byte or bool tensors",
        "slice indices must be integers or None or have an __index__ method",
        "only integers, slices (`:`), ellipsis (`...`), None and long or byte Variables are valid indices (got …)",
    ],
    "mask-shape": [
        "The shape of the mask … at index … does not match the shape of the indexed tensor … at index …",
    ],
    "index-shapes": [
        "shape mismatch: indexing tensors could not be broadcast together with shapes …",
    ],
    "slice-step": [
        "slice step cannot be zero",
        "step must be greater than zero",
        "Truncating the start/stop/step of slice. This is likely because of saved old models when the start/stop/step were larger.",
    ],
    "ellipsis": [
        "an index can only have a single ellipsis ('...')",
    ],
    "uint8-mask": [
        "indexing with dtype torch.uint8 is now deprecated, please use a dtype torch.bool instead.",
        "where received a uint8 condition tensor. This behavior is deprecated and will be removed in a future version of PyTorch.…",
    ],
    "list-as-index": [
        "Using a non-tuple sequence for multidimensional indexing is deprecated and will be changed in pytorch 2.9; use x[tuple(seq)] instead of x[seq].…",
    ],
    "assigned-values": [
        "can't assign a … to a torch.…Tensor",
        "Tensor does not support deleting items",
        "shape mismatch: value tensor of shape … cannot be broadcast to indexing result of shape …",
        "Index put requires the source and destination dtypes match, got … for the destination and … for the source.",
    ],
    "index-dtype": [
        "gather(): Expected dtype int32/int64 for index",
        "scatter(): Expected dtype int32/int64 for index",
        "index_select(): Index is supposed to be a vector",
        "scatter(): Expected self.dtype to be equal to src.dtype",
        "index_select(): Expected dtype int32 or int64 for index",
        "index_select(): Index to scalar can have only 1 value, got … value(s)",
    ],
    "index-rank": [
        "Expected index … to be no larger than self …",
        "Index tensor must have the same number of dimensions as … tensor",
        "Size does not match at dimension … expected index … to be no larger than self … apart from dimension …",
    ],
    "one-element": [
        "a Tensor with … elements cannot be converted to Scalar",
        "only one element tensors can be converted to Python scalars",
        "only integer tensors of a single element can be converted to an index",
    ],
    "ambiguous-truth": [
        "Boolean value of Tensor with … is ambiguous",
    ],
    "contains": [
        "Tensor.__contains__ only supports Tensor or scalar, but you passed in a ….",
    ],
    "size-of-ints": [
        "torch.Size() takes an iterable of 'int' (item … is '…')",
        "can only concatenate tuple (not …) to torch.Size",
    ],
    # numbers
    "not-implemented-for": [
        "\"…\" not implemented for '…'",
    ],
    "needs-floating-point": [
        "…: dtype should be floating point or complex, but got …",
        "std and var only support floating point and complex dtypes",
        "…: Expected a floating point or complex tensor as input. Got …",
        "…: the dtype of the input (…) should be convertible without narrowing to the specified dtype (…)",
        "mean(): could not infer output dtype. … dtype must be either a floating point or complex dtype. Got: …",
    ],
    "one-dtype": [
        "… did not match …",
        "… and mat2 must have the same dtype, but got … and …",
        "expected m1 and m2 to have the same dtype, but got: … != …",
        "addmv input tensors must have the same dtype, but got …, …, and …",
        "dot : expected both vectors to have same dtype, but found … and …",
    ],
    "result-dtype": [
        "result type … can't be cast to the desired output type …",
        "Bad in-place call: input tensor dtype … and output tensor dtype … should match",
    ],
    "does-not-fit": [
        "int too big to convert",
        "Overflow when unpacking …",
        "can't convert negative int to unsigned",
        "value cannot be converted to type … without overflow",
    ],
    "arithmetic-of-bools": [
        "…(): does not support bool input",
        "Boolean inputs not supported for relu",
        "The `+` operator, on a bool tensor is not supported.",
        "Subtraction, the `-` operator, with a bool tensor is not supported.…",
        "Subtraction, the `-` operator, with two bool tensors is not supported. Use the `^` or `logical_xor()` operator instead.",
        "Negation, the `-` operator, on a bool tensor is not supported. If you are trying to invert a mask, use the `~` or `logical_not()` operator instead.",
    ],
    "alpha": [
        "…(): argument 'alpha' must be Number, not …",
        "Boolean alpha only supported for Boolean results.",
        "For integral input tensors, argument alpha must not be a floating point number.",
        "For non-complex input tensors, argument alpha must not be a complex number.",
    ],
    "division-by-zero": [
        "ZeroDivisionError",
    ],
    "negative-powers": [
        "Integers to negative integer powers are not allowed.",
    ],
    "complex-numbers": [
        "clamp is not supported for complex types",
    ],
    "infer-dtype": [
        "expected … (got …)",
        "Could not infer dtype of …",
        "new(): invalid data type '…'",
        "new(): data must be a sequence (got …)",
        "'…' object cannot be interpreted as an integer",
        "len() of unsized object",
    ],
    "list-of-arrays": [
        "Creating a tensor from a list of numpy.ndarrays is extremely slow.…",
    ],
    "numpy-arrays": [
        "expected np.ndarray (got …)",
        "can't alias arbitrary sequence into a tensor.",
        "can't alias NumPy scalars. Either remove copy=False or transform it in a ndarray. ",
        "can't alias tensor with dtype '…' into dtype '…'.",
        "can't convert np.ndarray of type …. The only supported types are: …, and bool.",
        "At least one stride in the given numpy array is negative, and tensors with negative strides are not currently supported.…",
        "given numpy array has byte order different from the native byte order. Conversion between byte orders is currently not supported.",
    ],
    "ranges": [
        "step must be nonzero",
        "unsupported range: … -> …",
        "number of steps must be non-negative",
        "upper bound and lower bound inconsistent with step sign",
        "linspace only supports 0-dimensional start and end tensors, but got ….",
    ],
    "finfo-iinfo": [
        "torch.bool is not supported by torch.iinfo",
        "torch.iinfo() requires an integer input type. Use torch.finfo to handle 'torch.iinfo'",
        "torch.finfo() requires a floating point input type. Use torch.iinfo to handle 'torch.finfo'",
    ],
    "default-dtype": [
        "invalid type: '…'",
        "dtype must be a type, str, or dtype object",
        "only floating-point types are supported as the default type",
        "invalid type object: only floating-point types are supported as the default type",
        "invalid dtype object: only floating-point types are supported as the default type",
        "torch.set_default_tensor_type() is deprecated as of PyTorch 2.1, please use torch.set_default_dtype() and torch.set_default_device() as alternatives.",
    ],
    "masks": [
        "masked_select: expected BoolTensor for mask",
        "masked_fill_ only supports boolean masks, but got mask with dtype …",
        "~ (operator.invert) is only implemented on integer and Boolean-type tensors",
        "where expected condition to be a boolean tensor, but got a tensor with dtype …",
    ],
    "fill-with-a-number": [
        "fill_ only supports 0-dimension value tensor but got tensor with … dimensions.",
        "masked_fill_ only supports a 0-dimensional value tensor, but got tensor with … dimension(s).",
    ],
    "clamp-without-bounds": [
        "torch.clamp: At least one of 'min' or 'max' must not be None",
    ],
    "tolerances": [
        "… must be greater than or equal to zero, but got …",
    ],
    "out-argument": [
        "Expected out type to be … but got …",
        "…(): argument 'out' must be Tensor, not …",
        "result dtype … does not match input dtype …",
        "logsumexp(): Expected floating point type for result tensor, but got: …",
        "Expected out tensor to have dtype …, but got … instead",
        "…(): self and result must have the same scalar type",
        "torch.cat(): input types can't be cast to the desired output type …",
        "Expected the dtype for input and out to match, but got … for input's dtype and … for out's dtype.",
        "…(): functions with out=... arguments don't support automatic differentiation, but one of the arguments requires grad.",
    ],
    "out-resized": [
        "An output with one or more elements was resized since it had shape …, which does not match the required output shape ….…",
    ],
    "copy-of-a-tensor": [
        "To copy construct from a tensor, it is recommended to use sourceTensor.detach().clone() or…",
    ],
    # gradients
    "no-grad-fn": [
        "One of the differentiated Tensors does not require grad",
        "element … of tensors does not require grad and does not have a grad_fn",
    ],
    "scalar-outputs": [
        "grad can be implicitly created only for scalar outputs",
    ],
    "second-backward": [
        "Trying to backward through the graph a second time (or directly access saved tensors after they have already been freed).…",
    ],
    "unused-input": [
        "Expected allow_unused to be True or not passed when materialize_grads=True, but got: allow_unused=False.",
        "The differentiated Tensor at index … appears to not have been used in the graph. Set allow_unused=True if this is the desired behavior.",
    ],
    "only-floating-point": [
        "requires_grad must be a bool",
        "Autograd not support dtype: …",
        "only Tensors of … can require gradients",
        "Only Tensors of floating point and complex dtype can require gradients",
        "data set to a tensor that requires gradients must be floating point or complex dtype",
    ],
    "leaf-flags": [
        "you can only change requires_grad flags of leaf variables.…",
    ],
    "numpy-of-grad": [
        "Can't call numpy() on Tensor that requires grad. Use tensor.detach().numpy() instead.",
    ],
    "asarray-of-gradients": [
        "torch.asarray: unspecified requires_grad now defaults to obj.requires_grad instead of False.…",
    ],
    "number-of-grad": [
        "Converting a tensor with requires_grad=True to a scalar may lead to unexpected behavior.\nConsider using tensor.detach() first.",
    ],
    "grad-of-no-leaf": [
        "The .grad attribute of a Tensor that is not a leaf Tensor is being accessed.…",
    ],
    "assigned-grad": [
        "can't assign Variable as its own grad",
        "assigned grad expected to be a Tensor or None but got grad of type …",
        "attempting to assign a gradient with dtype '…' to a tensor with grad_dtype '…'.…",
        "attempting to assign a gradient of size '…' to a tensor of size '…'. Please ensure that the gradient and the tensor are the same size",
    ],
    "gradient-shape": [
        "got … tensors and … gradients",
        "…: expected … tangents, got …",
        "gradients can be either Tensors or None, but got …",
        "Expected output to be a torch.Tensor",
        "Mismatch in shape: the tangent has a shape of … and the input has a shape of ….",
        "Mismatch in shape: grad_output[…] has a shape of … and output[…] has a shape of ….",
    ],
    "no-inputs": [
        "`inputs` argument to `…()` cannot be empty.",
        "`inputs` argument to `…()` must be a dict, not …. Other Mapping types are not supported.",
        "all inputs have to be Tensors or GradientEdges, but got …",
    ],
    "grad-variables": [
        "`grad_variables` is deprecated. Use `grad_tensors` instead.",
        "only_inputs argument is deprecated and is ignored now (defaults to True). To accumulate gradient for other parts of the graph, please use torch.autograd.backward.",
        "`grad_tensors` and `grad_variables` (deprecated) arguments both passed to `backward()`. Please only use `grad_tensors`.",
    ],
    "reference-cycle": [
        "Using backward() with create_graph=True will create a reference cycle between the parameter and its gradient which can cause a memory leak.…",
    ],
    "hooks": [
        "hook '…' has changed the size of value",
        "expected Variable, but hook returned '…'",
        "can't retain_grad on Tensor that has requires_grad=False",
        "cannot register a hook on a tensor that doesn't require gradient",
        "hook '…' has changed the type of value (was torch.…Tensor got torch.…Tensor)",
    ],
    "no-derivative": [
        "derivative for aten::… is not implemented",
        "The function '…' is not differentiable with respect to argument '…'. This input cannot have requires_grad True.",
    ],
    "own-function": [
        "You must implement the forward function for custom autograd.Function.",
        "function … returned an incorrect number of gradients (expected …, got …)",
        "Function … returned an invalid gradient at index … - got … but expected shape compatible with …",
        "function … returned a gradient different than None at position …, but the corresponding forward input was not a Variable",
        "expected Variable or None (got …)",
        "can't replace a None gradient with a non-None value",
        "You must implement either the backward or vjp method for your custom autograd.Function to use it with backward mode AD.",
        "Implementing both 'backward' and 'vjp' for a custom Function is not allowed.…",
        "setup_context is not implemented.",
        "save_for_backward can only save variables, but argument … is of type …",
        "mark_non_differentiable only accepts variable arguments, but got …",
        "set_materialize_grads received an invalid combination of arguments - got …, but expected …",
        "trying to differentiate twice a function that was marked with @once_differentiable",
        "Legacy autograd function with non-static forward method is deprecated.…",
        "… should not be instantiated. Methods on autograd functions are all static,…",
    ],
    "gradcheck": [
        "Numerical gradient for function expected to be zero",
        "Expected at least one of check_forward_ad or check_backward_ad to be True",
        "Setting …=True requires … to be True",
        "The …th input has a dimension with stride 0. gradcheck only supports inputs that are non-overlapping…",
        "Expected `func` to return outputs with the same … when inputs are perturbed …",
        "Backward is not reentrant,…",
        "backward not multiplied by grad_output",
        "Expected backward function to handle undefined output grads. …",
        "Expected all input grads to be undefined or zero when all output grads are undefined or zero. …",
        "Backwards compatibility: New undefined gradient support checking feature is enabled by default,…",
        "Jacobian mismatch for output … with respect to input …,\nnumerical:…\nanalytical:…\n",
        "Input #… requires gradient and is not a double precision floating point or complex.…",
        "gradcheck expects at least one input tensor to require gradient, but none of them have requires_grad=True.",
    ],
    "vectors-of-products": [
        "…v has invalid size: should be … but got ….",
        "The given v should contain a single Tensor.",
        "v is a tuple of invalid length: should be … but got ….",
        "The function given to hessian should return a single Tensor",
        'Expected strategy to be either "forward-mode" or "reverse-mode".…',
        "The vector v can only be None if … a single Tensor with a single element.",
        "The Tensor returned by the function given to hessian should contain a single element",
        "The … given to … must be either a Tensor or a tuple of Tensors but the … has type ….",
        "Computing Jacobian using forward-AD or forward-over-reverse Hessian isonly implemented for `vectorize=True`.",
    ],
    "strict-mode": [
        "Output … of the user-provided function does not require gradients.…",
        "Output … of the user-provided function is independent of input …. This is not allowed in strict mode.",
        "The output of the user-provided function is independent of input …. This is not allowed in strict mode.",
        "The jacobian of the user-provided function is independent of input …. This is not allowed in strict mode when create_graph=True.",
        "The gradient with respect to input … is independent of the inputs of the user-provided function. This is not allowed in strict mode.",
        "The gradient with respect to the input is independent of entry … in the grad_outputs when using the double backward trick to compute forward mode gradients.…",
        "While computing the hessian, found that the jacobian of the user-provided function with respect to input … is independent of the input.…",
    ],
    "tensor-as-data": [
        "Variable data has to be a tensor, but got …",
    ],
    "copy-of-a-result": [
        "Only Tensors created explicitly by the user (graph leaves) support the deepcopy protocol at the moment.…",
    ],
    "decorated-generator": [
        "a generator function cannot be decorated here; use the context inside",
    ],
    # in_place
    "leaf-in-place": [
        "… Variable that requires grad is being used in an in-place operation.",
    ],
    "modified-in-place": [
        "one of the variables needed for gradient computation has been modified by an inplace operation: [torch.…Tensor …]… is at version …;…",
    ],
    "view-under-no-grad": [
        "A view was created in no_grad mode and … modified inplace….…",
    ],
    "several-views": [
        "Output … of … is a view and … modified inplace….…",
    ],
    "shared-memory": [
        "unsupported operation: more than one element of the written-to tensor refers to a single memory location.…",
        "unsupported operation: some elements of the input tensor and the written-to tensor refer to a single memory location.…",
    ],
    "expanded-in-place": [
        "Use of … on expanded tensors is deprecated. Please clone() the tensor before performing this operation. This also applies to advanced indexing e.g. …",
    ],
    "result-does-not-fit": [
        "output with shape … doesn't match the broadcast shape …",
    ],
    "detached-view": [
        "Can't detach views in-place. Use detach() instead. If you are using DistributedDataParallel (DDP) for training, and gradient_as_bucket_view…",
    ],
    # modules
    "before-init": [
        "cannot assign … before Module.__init__() call",
    ],
    "forward-is-missing": [
        'Module […] is missing the required "forward" function',
    ],
    "names-of-parameters": [
        '… name can\'t contain "."…',
        "attribute '…' already exists",
        '… name can\'t be empty string ""',
        "… name should be a string. Got …",
    ],
    "assigned-parameter": [
        "cannot assign '…' as … '…' (… or None expected)",
        "cannot assign '…' object to buffer '…' (torch Tensor or None required)",
        "cannot assign '…' object to parameter '…' (torch.nn.Parameter or None required)",
    ],
    "state-dict": [
        "Error(s) in loading state_dict for …:\n\t…",
        "Expected state_dict to be dict-like, got ….",
    ],
    "no-module": [
        "… is not a Module subclass",
    ],
    "module-to-integers": [
        "nn.Module.to only accepts floating point or complex dtypes, but got desired dtype=…",
    ],
    "training-mode": [
        "training mode is expected to be boolean",
    ],
    "containers": [
        "index … is out of range",
        "… should be called with an iterable…, but got …",
        "ModuleDict update sequence element #… should be Iterable; is…",
        "ModuleDict update sequence element #… has length …; 2 is required",
    ],
    "dropout": [
        "dropout probability has to be between 0 and 1, but got …",
    ],
    "gain": [
        "Unsupported nonlinearity …",
        "negative_slope … not a valid number",
    ],
    "fan": [
        "Mode … not supported, please use one of …",
        "Only tensors with 2 dimensions are supported",
        "Fan in and fan out can not be computed for tensor with fewer than 2 dimensions",
    ],
    "nothing-to-initialize": [
        "Initializing zero-element tensors is a no-op",
    ],
    "truncated-normal": [
        "mean is more than 2 std from [a, b] in nn.init.trunc_normal_. The distribution of values may be incorrect.",
    ],
    "approximate": [
        "approximate argument must be either none or tanh.",
    ],
    # optimizers
    "no-parameters": [
        "optimizer got an empty parameter list",
    ],
    "parameters": [
        "param_group must be a dict, but got …",
        "optimizer can only optimize Tensors, but one of the params is …",
        "all optimizer params should be with/without names. Some param names are missing",
        "params argument given to the optimizer should be an iterable of Tensors or dicts, but got …",
        "optimizer parameters need to be organized in ordered collections, but the ordering of tensors in sets will change between runs.…",
    ],
    "no-leaf": [
        "can't optimize a non-leaf Tensor",
    ],
    "parameter-twice": [
        "some parameters appear in more than one parameter group",
        "optimizer contains a parameter group with duplicate parameters; in future, this will cause an error; see…",
    ],
    "hyperparameters": [
        "Invalid …: …",
        "Nesterov momentum requires a momentum and zero dampening",
    ],
    "rate-as-tensor": [
        "Tensor lr must be 1-element",
        "betas must be either both floats or both Tensors",
        "lr as a Tensor is not supported for capturable=False and foreach=True",
    ],
    "state-of-an-optimizer": [
        "loaded state dict has a different number of parameter groups",
        "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
    ],
    "scheduler-before-optimizer": [
        "Detected call of `lr_scheduler.step()` before `optimizer.step()`.…",
        "Seems like `optimizer.step()` has been overridden after learning rate scheduler initialization.…",
    ],
    "scheduler": [
        "… is not an Optimizer",
        "Expected … lr_lambdas, but got …",
        "param 'initial_lr' is not specified in param_groups[…] when resuming scheduler with last_epoch >= 0.…",
    ],
    "scheduler-epoch": [
        "The epoch parameter in `scheduler.step()` was not necessary and is being deprecated where possible.…",
    ],
    "get-last-lr": [
        "To get the last learning rate computed by the scheduler, please use `get_last_lr()`.",
    ],
    "clipped-norm": [
        "`parameters` is an empty generator, no gradient clipping will occur.",
        "The total norm of order … for gradients from `parameters` is non-finite, so it cannot be clipped.…",
    ],
    # data
    "dataset": [
        "Subclasses of Dataset should implement __getitem__.",
        "… overrides __getitem__ but not __getitems__. When subclassing Subset and overriding __getitem__, you must also override __getitems__ to…",
    ],
    "tensors-of-a-dataset": [
        "Size mismatch between tensors",
    ],
    "random-split": [
        "Fraction at index … is not between 0 and 1",
        "Sum of input lengths does not equal the length of the input dataset!",
        "Length of split at index … is 0. This might result in an empty dataset.",
    ],
    "collate": [
        "each element in list of batch should be of equal size",
        "default_collate: batch must contain tensors, numpy arrays, numbers, dicts or lists; found …",
    ],
    "batch-size": [
        "drop_last should be a boolean value, but got drop_last=…",
        "batch_size should be a positive integer value, but got batch_size=…",
        "num_samples should be a positive integer value, but got num_samples=0",
    ],
    "samplers": [
        "sampler option is mutually exclusive with shuffle",
        "batch_size=None option disables auto-batching and is mutually exclusive with drop_last",
        "batch_sampler option is mutually exclusive with batch_size, shuffle, sampler, and drop_last",
    ],
    "workers": [
        "timeout option should be non-negative",
        "prefetch_factor option should be non-negative",
        "persistent_workers option needs num_workers > 0",
        "_SingleProcessDataLoaderIter requires timeout == 0",
        "prefetch_factor must be greater than 0 for MultiProcessingDataLoaderIter",
        "num_workers option should be non-negative; use num_workers=0 to disable multiprocessing.",
        "multiprocessing_context can only be used with multi-process loading (num_workers > 0), but got num_workers=…",
        "prefetch_factor option could only be specified in multiprocessing.let num_workers > 0 to enable multiprocessing, otherwise set…",
    ],
    "loader-attributes": [
        "… attribute should not be set after … is initialized",
    ],
    "pinned-memory": [
        "'pin_memory' argument is set as true but no accelerator is found, then device pinned memory won't be used.",
        "pin_memory_device is deprecated, the current accelerator will be used as the device,ignore pin_memory_device='…'.",
    ],
    # random
    "probabilities": [
        "bernoulli_ expects p to be in [0, 1], but got p=…",
        "Expected p_in >= 0 && p_in <= 1 to be true, but got false.…",
    ],
    "category-weights": [
        "prob_dist must be 1 or 2 dim",
        "number of categories cannot exceed 2^24",
        "multinomial only supports floating-point dtypes for input, got: …",
        "aminmax(): cannot compute aminmax over an empty dimension as the operation has no identity.",
        "invalid multinomial distribution (sum of probabilities <= 0)",
        "invalid multinomial distribution (encountering probability entry …)",
        "probability tensor contains either `inf`, `nan` or element < 0",
    ],
    "samples": [
        "cannot sample n_sample <= 0 samples",
        "cannot sample n_sample > prob_dist.size(-1) samples without replacement",
    ],
    "deviations": [
        "normal expects all elements of std >= 0.0",
        "normal expects std >= 0.0, but found std …",
        "normal: mean is … and std is …; give them one dtype",
        "normal: an array as mean or std brings its own shape; omit shape",
        "normal: a number as mean and as std leaves the shape open; give shape",
    ],
    "bounds": [
        "… is out of bounds for …",
        "random_ expects 'from' to be less than 'to', but got from=… >= to=…",
        "random_ expects 'from' casted to dtype to be less than or equal to 'to_inc' casted to dtype, but got from=… > to_inc=…",
        "random_full_64_bits_range_kernel_cpu handles only int64, double, float and bfloat16",
        "uniform_ expects to return a [from, to) range, but found from=… > to=…",
        "uniform_ expects to-from <= std::numeric_limits<…>::max(), but found to=… and from=… which result in to-from to exceed the limit",
    ],
    "seed": [
        "manual_seed expected a long, but got …",
        "an integer is required",
    ],
    "generator-state": [
        "Invalid mt19937 state",
        "RNG state must be a torch.ByteTensor",
        "expected a torch.ByteTensor, but got …",
        "expected an ndarray of uint8, but got …",
        "Expected a CPUGeneratorImplState of size … but found the input RNG state size to be …",
    ],
    "permutation": [
        "n cannot be greater than … for … type.",
    ],
    # devices
    "cuda": [
        "Invalid device, must be cuda device",
        "Torch not compiled with … enabled",
        "Cannot get … generator without ATen_… library.",
        "PyTorch is not linked with support for … devices",
        "Cannot access accelerator device when none is available.",
        "type torch.cuda.… not available. Torch not compiled with CUDA enabled.",
        "legacy constructor expects device type: cpu but device type: … was passed",
        "Could not run 'aten::empty.memory_format' with arguments from the '…' backend.",
        "Cannot initialize CUDA without ATen_cuda library. PyTorch splits its backend into two shared libraries: a CPU library and a CUDA library;…",
    ],
    "device-names": [
        "Invalid device string: '…'",
        "Device string must not be empty",
        "Device index must not be negative",
        "Expected one of … device type at start of device string: …",
        "type (string) must not include an index because index was passed explicitly: …",
    ],
    "threads": [
        "set_num_threads expects an int, but got …",
        "set_num_threads expects a positive integer",
    ],
    "saving": [
        "Parent directory … does not exist.",
        "expected 'f' to be string, path, or a file-like object with a 'write' attribute",
    ],
    "loading": [
        "Ran out of input",
        "Expected bytes, got str",
        "storage has wrong byte size: expected … got …",
        "PytorchStreamReader failed locating file data/…: file not found",
        "PytorchStreamReader failed reading zip archive: failed finding central directory.…",
        "PytorchStreamReader failed reading zip archive: not a ZIP archive.…",
        "…. You can only torch.load from a file that is seekable. Please pre-load the data into a buffer like io.BytesIO and try to load from it instead.",
        "f must be a file path in order to use the mmap argument",
        "TypedStorage.__init__ received an invalid combination of arguments. Expected one of:…",
        "[enforce fail at inline_container.cc:720] . invalid file name: ",
        "setStorage: sizes …, strides …, storage offset …, and itemsize … requiring a storage size of … are out of bounds for storage of size …",
    ],
    "weights-only": [
        "Weights only load failed.…",
    ],
    "loading-from-cuda": [
        "Attempting to deserialize object on a … device but torch.….is_available() is False.…",
        "torch.UntypedStorage(): Storage device not recognized: mps",
        "don't know how to restore data location of torch.storage.UntypedStorage (tagged with …)",
    ],
    # calls
    "argument-type": [
        "…(): argument '…'… must be …, not …",
        "…(): argument '…' failed to unpack the object at pos … with error \"…\"",
        "…(): argument '…'… must be tuple of ints, but found element of type … at pos …",
        "Expected scalar.isIntegral( false) to be true, but got false.  (Could this error message be improved?  If so, please report an enhancement request to PyTorch.)",
    ],
    "invalid-combination": [
        "…() received an invalid combination of arguments - got (…)",
        "…() received an invalid combination of arguments - got (…), but expected one of:…",
    ],
    "older-form": [
        "This overload of … is deprecated:…",
    ],
    "missing-argument": [
        "…() missing … required positional argument…",
        '…() missing 1 required positional arguments: "…"',
    ],
    "unexpected-keyword": [
        "…() got multiple values for argument '…'",
        "…() got an unexpected keyword argument '…'",
    ],
    "too-many-arguments": [
        "…() takes … positional arguments but … were given",
        "…() takes … positional argument but … were given",
        "random_() takes 2 positional arguments but … were given",
        "uniform_() takes from 0 to 2 positional arguments but … were given",
    ],
    "operands": [
        "unsupported operand type(s) for …: '…' and '…'",
        "unsupported format string passed to Tensor.__format__",
    ],
    "fixed-attributes": [
        "attribute '…' of '…' objects is not writable",
        "readonly attribute",
    ],
    "classes-without-instances": [
        "cannot create '…' instances",
        "type '…' is not an acceptable base type",
        "comparison not implemented",
    ],
    "no-attribute": [
        "'…' object has no attribute '…'",
        "… object has no attribute 'split'",
    ],
    "outside-the-subset": [
        "No module named …",
        "module '…' has no attribute '…'",
        "cannot import name '…' from '…' (…)",
        "… lies outside the subset of torch that refimpl covers",
    ],
    "print-options": [
        "… must be an int, not …",
        "… must be at least …, but got …",
        "threshold must be a number, not …",
        "profile must be one of …, but got …",
        "sci_mode must be True, False or None, not …",
        "a tensor of dtype … cannot be printed; known: …",
    ],
}


@functools.lru_cache(maxsize=128)  # what is refused in a loop says the same each time
def entry(message):
    """Return the id of the entry that explains a message, or None."""
    return first(message)[1]


def first(message):
    """Return the pieces of the text that a message fits, and the id of its entry; None for both."""
    return next((known for known in _known() if _fits(message, known[0])), (None, None))


@functools.cache
def _known():
    """Return the pieces of each text and its entry; the text that says most comes first."""
    found = [(text.split(HOLE), name) for name, texts in TEXTS.items() for text in texts]
    return sorted(found, key=lambda known: -sum(map(len, known[0])))


def fits(message, text):
    """Say whether a text, in which a hole stands for anything, is that of a message."""
    return _fits(message, text.split(HOLE))


def _fits(message, pieces):
    """Say whether the pieces stand in a message in this order, from its start to its end."""
    head, *rest = pieces
    if not rest:
        return message == head
    if not (message.startswith(head) and message.endswith(rest[-1])):
        return False
    at, end = len(head), len(message) - len(rest[-1])
    for piece in rest[:-1]:
        at = message.find(piece, at, end)
        if at < 0:
            return False
        at += len(piece)
    return at <= end
