"""scikit-learn."""

from sklearn.metrics import log_loss
from sklearn.utils.extmath import softmax

from benchmarks.elsewhere.libraries.scipy import floats, labels, numbers

CALLS = {
    "softmax": "softmax(x)",
    "cross entropy by default": "log_loss(y, x, labels=[0, 1, 2])",
    "cross entropy": "log_loss(y, softmax(x), labels=range(x.shape[1]))",
    "weighted cross entropy": "log_loss(y, softmax(x), labels=range(3), sample_weight=w[y])",
}
__all__ = ["floats", "labels", "log_loss", "numbers", "softmax"]
