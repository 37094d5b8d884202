"""A neuron learns AND, OR and fails on XOR."""

import torch
import torch.nn as nn

inputs = torch.FloatTensor([[0, 0], [0, 1], [1, 0], [1, 1]])
gates = {
    "AND": torch.FloatTensor([[0], [0], [0], [1]]),
    "OR": torch.FloatTensor([[0], [1], [1], [1]]),
    "XOR": torch.FloatTensor([[0], [1], [1], [0]]),
}
for gate, target in gates.items():
    torch.manual_seed(1)
    linear = nn.Linear(2, 1, bias=True)
    sigmoid = nn.Sigmoid()
    model = nn.Sequential(linear, sigmoid)
    criterion = nn.BCELoss()
    optimizer = torch.optim.SGD(model.parameters(), lr=1)
    for step in range(201):
        optimizer.zero_grad()
        cost = criterion(model(inputs), target)
        cost.backward()
        optimizer.step()
    with torch.no_grad():
        predicted = (model(inputs) > 0.5).float()
        accuracy = (predicted == target).float().mean()
        print(gate, "cost %.4f" % cost.item(), "accuracy", accuracy.item())
