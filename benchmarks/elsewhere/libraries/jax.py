"""JAX and Optax."""

import jax
import jax.numpy as jnp
import numpy as np
import optax

CALLS = {
    "softmax": "jax.nn.softmax(x)",
    "log_softmax": "jax.nn.log_softmax(x)",
    "cross entropy": "optax.softmax_cross_entropy_with_integer_labels(x, y)",
    "soft cross entropy": "optax.softmax_cross_entropy(x, y)",
    "smoothed cross entropy": (
        "optax.softmax_cross_entropy(x, optax.smooth_labels(jax.nn.one_hot(y, 3), 0.1))"
    ),
    "kl_div": "optax.kl_divergence(jnp.log(x), y)",
    "sigmoid loss": "optax.sigmoid_binary_cross_entropy(x, y)",
    "log_sigmoid": "jax.nn.log_sigmoid(x)",
}


def floats(values):
    """Make an array of float32."""
    return jnp.asarray(values, jnp.float32)


def labels(values):
    """Make an array of int32."""
    return jnp.asarray(values, jnp.int32)


def numbers(result):
    """Make nested lists."""
    return np.asarray(result).tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    return jax.grad(lambda point: function(point).sum())(x)
