"""The perceptron rule without autograd."""

import torch

device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")


class Perceptron:
    def __init__(self, num_features):
        self.num_features = num_features
        self.weights = torch.zeros(num_features, 1, dtype=torch.float32, device=device)
        self.bias = torch.zeros(1, dtype=torch.float32, device=device)
        self.ones = torch.ones(1, device=device)
        self.zeros = torch.zeros(1, device=device)

    def forward(self, x):
        linear = torch.add(torch.mm(x, self.weights), self.bias)
        return torch.where(linear > 0.0, self.ones, self.zeros)

    def backward(self, x, y):
        return y - self.forward(x)

    def train(self, x, y, epochs):
        for _ in range(epochs):
            for i in range(y.shape[0]):
                errors = self.backward(x[i].reshape(1, self.num_features), y[i]).reshape(-1)
                self.weights += (errors * x[i]).reshape(self.num_features, 1)
                self.bias += errors

    def evaluate(self, x, y):
        predictions = self.forward(x).reshape(-1)
        return torch.sum(predictions == y).float() / y.shape[0]


torch.manual_seed(1)
X = torch.cat([torch.randn(20, 2) - 1.5, torch.randn(20, 2) + 1.5])
y = torch.cat([torch.zeros(20), torch.ones(20)])
ppn = Perceptron(num_features=2)
ppn.train(X, y, epochs=5)
print("Model parameters:")
print("  Weights: %s" % ppn.weights)
print("  Bias: %s" % ppn.bias)
print("Train set accuracy: %.2f%%" % (ppn.evaluate(X, y) * 100))
