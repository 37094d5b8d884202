"""TensorFlow without Keras."""

import tensorflow as tf

CALLS = {
    "softmax": "tf.nn.softmax(x)",
    "log_softmax": "tf.nn.log_softmax(x)",
    "cross entropy": "tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=x)",
    "soft cross entropy": "tf.nn.softmax_cross_entropy_with_logits(labels=y, logits=x)",
    "sigmoid loss": "tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=x)",
    "log_sigmoid": "tf.math.log_sigmoid(x)",
}


def floats(values):
    """Make a tensor of float32."""
    return tf.constant(values, tf.float32)


def labels(values):
    """Make a tensor of int32."""
    return tf.constant(values, tf.int32)


def numbers(result):
    """Make nested lists."""
    return result.numpy().tolist()


def gradient(function, x):
    """Differentiate the sum of a function."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = function(x)
    return tape.gradient(value, x)
