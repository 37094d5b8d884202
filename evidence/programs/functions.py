"""Programs with functions of one's own, whose gradient the program computes; for both engines."""

import gc
import weakref

PROGRAMS = {}


def program(function):
    """Enter a program under its name, underscores as blanks."""
    PROGRAMS[function.__name__.strip("_").replace("_", " ")] = function
    return function


def leaf(T, *values):
    return T.tensor(list(values), dtype=T.float64, requires_grad=True)


def refusal(call):
    """Return the class and the text of the error that a call raises."""
    try:
        call()
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "no error"


def exponential(T):
    """Return a function that saves its result."""

    class Exp(T.autograd.Function):
        @staticmethod
        def forward(ctx, x):
            y = x.exp()
            ctx.save_for_backward(None, y)
            return y

        @staticmethod
        def backward(ctx, grad_output):
            _, y = ctx.saved_tensors
            return grad_output * y

    return Exp.apply


def product(T, gradients):
    """Return the product of two tensors; `gradients` makes what backward returns of its own."""

    class Product(T.autograd.Function):
        @staticmethod
        def forward(ctx, x, y):
            ctx.save_for_backward(x, y)
            return x * y

        @staticmethod
        def backward(ctx, grad_output):
            x, y = ctx.saved_tensors
            return gradients(grad_output * y, grad_output * x)

    return Product.apply


def square(T):
    """Return the product of a tensor with itself."""
    multiply = product(T, lambda first, second: (first, second))
    return lambda x: multiply(x, x)


@program
def derivatives_of_a_saved_result(T):
    x = leaf(T, 0.5, -2.0)
    y, found = exponential(T)(x), []
    for _ in range(3):
        (y,) = T.autograd.grad(y.sum(), x, create_graph=True)
        found.append(y)
    return found


@program
def a_function_of_ones_own_is_walked_once(T):
    x, found = leaf(T, 1.0, 2.0), []
    for function in (exponential(T), square(T)):
        y = function(x).sum()
        y.backward()
        found += [x.grad.clone(), refusal(y.backward), x.grad.clone()]
    return found


@program
def a_retained_function_of_ones_own_is_walked_again(T):
    x, found = leaf(T, 1.0, 2.0), []
    for function in (exponential(T), square(T)):
        y = function(x).sum()
        y.backward(retain_graph=True)
        y.backward(retain_graph=True)
        y.backward()
        found += [x.grad.clone(), refusal(y.backward)]
    return found


@program
def gradients_of_another_number(T):
    found = []
    for gradients in (
        lambda x, y: x,
        lambda x, y: (),
        lambda x, y: (x, y, x),
        lambda x, y: (x, y, None),
    ):
        x, y = leaf(T, 1.0, 2.0), leaf(T, 3.0, 4.0)
        found += [refusal(product(T, gradients)(x, y).sum().backward), x.grad, y.grad]
    return found


@program
def nothing_of_a_function_of_ones_own_stays(T):
    gc.collect()
    gc.disable()
    try:
        x = leaf(T, 0.5)
        y = exponential(T)(x)
        array = weakref.ref(y)
        y.backward()
        del y
        return array() is None, x.grad
    finally:
        gc.enable()
