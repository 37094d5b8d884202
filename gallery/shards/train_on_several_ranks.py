r"""
Train on several ranks
======================

The program of the fourth article, :doc:`/auto_examples/a4/plot_train_from_scratch`, with its images
spread over the ranks by DistributedDataParallel. It prints the same losses to the last digit.
Start it with

.. code-block:: console

   $ cd gallery/shards
   $ torchrun --nproc-per-node 4 train_on_several_ranks.py
"""

import os

import torch
import torch.distributed as dist
from sklearn.datasets import load_digits
from torch.nn.parallel import DistributedDataParallel
from torch.utils.data import DataLoader, TensorDataset

from refimpl.utils.data.idx import ImageSets, fashion_mnist

dist.init_process_group("gloo")
rank, ranks = dist.get_rank(), dist.get_world_size()

# %%
# Images, seed, loaders and the first weights are those of the program on one process: every rank
# draws the same batches, in the same order.
folder = os.environ.get("FASHION_MNIST")
if folder:
    sets, brightest, batch_size = fashion_mnist(folder), 255, 256
else:
    digits = load_digits()
    brightest, batch_size = 16, 32
    sets = ImageSets(
        digits.images[:1500], digits.target[:1500], digits.images[1500:], digits.target[1500:]
    )


def loader(images, labels, shuffle):
    images = torch.tensor(images, dtype=torch.float64) / brightest
    return DataLoader(TensorDataset(images, torch.tensor(labels).long()), batch_size, shuffle)


torch.manual_seed(4)
train_batches = loader(sets.train_images, sets.train_labels, shuffle=True)
test_batches = loader(sets.test_images, sets.test_labels, shuffle=False)
inputs = sets.train_images[0].size
lr, epochs = 0.1, 10


class Net(torch.nn.Module):
    """Softmax regression on flattened images, by the definition of softmax."""

    def __init__(self):
        super().__init__()
        W = torch.normal(0, 0.01, size=(inputs, 10), dtype=torch.float64)
        self.W = torch.nn.Parameter(W)
        self.b = torch.nn.Parameter(torch.zeros(10, dtype=torch.float64))

    def forward(self, images):
        exponentials = torch.exp(images.reshape(-1, inputs) @ self.W + self.b)
        return exponentials / exponentials.sum(1, keepdim=True)


net = Net()
parallel = DistributedDataParallel(net)


# %%
# Of each batch a rank takes every so many-th image; the last batch of an epoch need not be a
# multiple of the number of ranks. DistributedDataParallel takes the mean of the ranks' gradients.
# Here they are gradients of sums, and the step wants the sum of all divided by the images of all:
# hence ``ranks / n``. A mean on each rank, averaged again, would weigh images of short shares more.
def own(batch):
    return [part[rank::ranks] for part in batch]


def update(n):
    with torch.no_grad():
        for parameter in net.parameters():
            parameter -= lr * parameter.grad * ranks / n
            parameter.grad.zero_()


def sums(probs, target):
    """Return losses and hits of this rank's images, and their number."""
    losses = -torch.log(probs[range(len(probs)), target])
    hits = (probs.argmax(1) == target).sum()
    return losses.sum(), torch.stack([losses.detach().sum(), hits, torch.tensor(len(target))])


def train_epoch():
    total = torch.zeros(3, dtype=torch.float64)
    for batch in train_batches:
        images, target = own(batch)
        loss, counts = sums(parallel(images), target)
        loss.backward()
        update(len(batch[1]))
        total += counts
    return shares(total)


def shares(total):
    """Add up over the ranks; return loss and hits for each image."""
    dist.all_reduce(total)
    return (total[0] / total[2]).item(), (total[1] / total[2]).item()


def test_epoch():
    total = torch.zeros(3, dtype=torch.float64)
    with torch.no_grad():
        for batch in test_batches:
            images, target = own(batch)
            total += sums(net(images), target)[1]
    return shares(total)


for epoch in range(epochs):
    train_loss, train_acc = train_epoch()
    test_acc = test_epoch()[1]
    if rank == 0:
        print(f"epoch {epoch + 1:2d}  {train_loss:.4f}  {train_acc:.4f}  {test_acc:.4f}")

if rank == 0:
    print(f"train_loss {train_loss:f}, train_acc {train_acc:f}, test_acc {test_acc:f}")

# %%
# Labels that do not count need the same care. Here no label counts on half of the ranks. The mean
# on such a rank is 0/0, and the mean of the means is nan on all ranks. The sum of all over the
# number of all is what one process computes.
images, target = next(iter(test_batches))
target = torch.where(torch.arange(len(target)) % ranks < ranks // 2, -100, target)


def loss_of(images, target, reduction):
    scores = images.reshape(-1, inputs) @ net.W + net.b
    return torch.nn.functional.cross_entropy(scores, target, reduction=reduction).detach()


mean = loss_of(*own((images, target)), "mean")
dist.all_reduce(mean)
total = torch.stack([loss_of(*own((images, target)), "sum"), (own([target])[0] != -100).sum()])
dist.all_reduce(total)
if rank == 0:
    print(f"mean of the ranks' means  {mean / ranks:.6f}")
    print(f"sum over count            {total[0] / total[1]:.6f}")
    print(f"one process               {loss_of(images, target, 'mean'):.6f}")
dist.destroy_process_group()

# %%
# What four ranks print. The epochs are those of two ranks and of one process, to the last digit:
#
# .. literalinclude:: ../../../gallery/shards/train_on_several_ranks.4.out
#    :language: text
