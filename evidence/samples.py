"""Arrays that several records share, and calls made of them. Seeded: the order of draws counts."""

import numpy as np

from evidence.record import call

INF, NAN = np.inf, np.nan

# --- for the mathematics: calls with ndarrays ---

RNG = np.random.default_rng(20)
X = RNG.normal(0, 2, (2, 3, 2))
P = RNG.uniform(0.05, 0.95, (2, 3, 2))
T = RNG.integers(0, 3, (2, 2))
W = RNG.uniform(0.5, 2, 3)
WIDE = RNG.normal(size=(2, 3, 4))

NONE_MEAN_SUM = ("none", "mean", "sum")
BY_DIM = [call(X, dim=d) for d in (0, 1, 2, -1, -3)] + [call(1.5, dim=0)]
BY_DIM += [call(np.zeros((2, 3)), dim=1), call(np.empty((2, 0)), dim=0)]
CLASSES = [call(X, T, reduction=r, weight=w) for r in NONE_MEAN_SUM for w in (None, W)]
CLASSES += [call(X[:, :, 0], np.array([2, -100])), call(X[0, :, 0], 1)]
PAIR = [call(X, P, reduction=r) for r in NONE_MEAN_SUM]

# --- whose inf and nan are to be torch's ---

ROWS = [(INF, 0.0), (INF, INF), (-INF, -INF), (-INF, 0.0), (NAN, 0.0), (INF, -INF), (-INF,), (INF,)]
ROWS = [call(row, dim=0) for row in ROWS]
POINTS = [call([-INF, -800.0, -0.0, 0.0, 800.0, INF, NAN])]
BAD_ROWS = np.array([[0.0, -INF], [INF, 2.0], [NAN, 0.0], [0.0, 0.0]])
BAD_CLASSES = [
    call(BAD_ROWS, t, reduction=r)
    for t in ([0, 1, 1, -100], [-100, -100, -100, 0], [1, 0, 0, 0], [-100] * 4)
    for r in NONE_MEAN_SUM
]
BAD_CLASSES += [call(BAD_ROWS, [1, 0, 0, 0], weight=np.array([1.0, 0.0]))]

# --- for tensors: kept clear of kinks and ties, which have tests of their own ---

LOGITS = np.array([[0.5283, 0.3922, -0.0484], [-1.6257, -0.4775, 0.5645]])
PROBS = np.array([[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]])
OTHERS = np.array([[0.5, 0.1, 0.4], [0.3, 0.5, 0.2]])
WEIGHTS = np.array([1.5, 0.5, 2.0])
LABELS = np.array([2, 0])
CUBE = np.linspace(-1.3, 1.9, 24).reshape(2, 3, 4) ** 3
CUBE_LABELS = np.array([[0, 1, 2, 0], [2, 2, 1, 0]])
IMAGE, IMAGE_LABELS = CUBE.reshape(2, 3, 2, 2), CUBE_LABELS.reshape(2, 2, 2)

MEAN_SUM_NONE = ("mean", "sum", "none")
ALONG = [call(LOGITS, dim=1), call(LOGITS, dim=0)]
