r"""
Decide by LogSigmoid, and learn by it
=====================================

The article finds that LogSigmoid and softmax pick the same class. That is so for a given model. It
is not so for training: ``NLLLoss`` behind LogSigmoid learns something else. Claims A1-C30, A1-C31
and A1-C47.
"""

import matplotlib.pyplot as plt
import torch
import torch.nn.functional as F
from sklearn.datasets import load_digits
from tqdm import tqdm

from refimpl.articles import pictures

sets = pictures(load_digits, train=2000, test=2000)
print(sets.account)
images = torch.as_tensor(sets.train_images).flatten(1)
labels = torch.as_tensor(sets.train_labels)
test_images = torch.as_tensor(sets.test_images).flatten(1)
test_labels = torch.as_tensor(sets.test_labels)
functions = {
    "LogSoftmax": lambda scores: F.log_softmax(scores, dim=1),
    "LogSigmoid": F.logsigmoid,
}


# %%
# The same layer, seed and order; only the function before ``nll_loss`` differs.
def train(function, epochs=10, batch_size=100):
    torch.manual_seed(0)
    layer = torch.nn.Linear(images.shape[1], 10, dtype=torch.float64)
    optimizer = torch.optim.SGD(layer.parameters(), lr=0.05)
    history = []
    for _ in tqdm(range(epochs), unit="epoch"):
        order = torch.randperm(len(images))
        for i in range(0, len(images), batch_size):
            batch = order[i : i + batch_size]
            optimizer.zero_grad()
            F.nll_loss(function(layer(images[batch])), labels[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            scores = layer(test_images)
        history.append((scores.argmax(dim=1) == test_labels).double().mean().item())
    return scores, history


found = {name: train(function) for name, function in functions.items()}

# %%
# As deciders: the class with the largest score, the largest LogSoftmax, the largest LogSigmoid, for
# every test image of either model. They are the same classes.
for name, (scores, _) in found.items():
    picks = [scores.argmax(dim=1)] + [f(scores).argmax(dim=1) for f in functions.values()]
    same = all((picks[0] == other).all().item() for other in picks[1:])
    print(f"trained by {name}: all three decide alike: {same}")

# %%
# As losses: LogSigmoid pulls the score of the label up and pushes no other down. All scores rise,
# the loss goes to zero, and the model learns which pictures are bright rather than what they show.
for name, (scores, history) in found.items():
    own = F.nll_loss(functions[name](scores), test_labels).item()
    positive = (scores > 0).double().mean().item()
    shown = f"loss {own:.4f}, share of hits {history[-1]:.4f}"
    print(f"trained by {name}: {shown}, {positive:.2f} of the scores positive")

# %%
figure, axes = plt.subplots(figsize=(5.6, 3.8))
for name, (_, history) in found.items():
    axes.plot(range(1, len(history) + 1), history, label=f"trained by {name}")
axes.set_xlabel("epoch")
axes.set_ylabel("share of hits in the test")
axes.set_ylim(0, 1)
axes.legend(fontsize=12)
soft, sigmoid = (history[-1] for _, history in found.values())
figure.set_label(
    "Hits of two models that differ in one function. With LogSoftmax the share of hits rises to "
    f"{soft:.2f} within ten epochs, with LogSigmoid it ends at {sigmoid:.2f}, although its loss is "
    "the smaller of the two."
)
plt.show()

# %%
# **Your turn.** Add the missing half: the LogSigmoid of minus the score for all other classes. What
# is the name of that loss?
