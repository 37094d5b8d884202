"""Keras on TensorFlow."""

import keras

from benchmarks.elsewhere.libraries.tensorflow import floats, gradient, labels, numbers

IGNORED = -100
CALLS = {
    "softmax": "keras.ops.softmax(x)",
    "log_softmax": "keras.ops.log_softmax(x)",
    "cross entropy by default": "keras.losses.SparseCategoricalCrossentropy()(y, x)",
    "cross entropy": "keras.losses.SparseCategoricalCrossentropy(from_logits=True)(y, x)",
    "cross entropy that ignores": (
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True, ignore_class=-100)(y, x)"
    ),
    "weighted cross entropy": (
        "keras.losses.SparseCategoricalCrossentropy(from_logits=True)"
        "(y, x, sample_weight=keras.ops.take(w, y))"
    ),
    "soft cross entropy": "keras.losses.CategoricalCrossentropy(from_logits=True)(y, x)",
    "smoothed cross entropy": (
        "keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)"
        "(keras.ops.one_hot(y, 3), x)"
    ),
    "kl_div": "keras.losses.KLDivergence()(y, x)",
    "sigmoid loss by default": "keras.losses.BinaryCrossentropy()(y, x)",
    "sigmoid loss": "keras.losses.BinaryCrossentropy(from_logits=True)(y, x)",
    "log_sigmoid": "keras.ops.log_sigmoid(x)",
}
__all__ = ["floats", "gradient", "keras", "labels", "numbers"]
