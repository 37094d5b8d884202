"""Logistic regression on two clouds of points."""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(2)
n = 50
cloud0 = torch.randn(n, 2) + torch.tensor([-2.0, 0.0])
cloud1 = torch.randn(n, 2) + torch.tensor([2.0, 1.0])
X = torch.cat([cloud0, cloud1], dim=0)
y = torch.cat([torch.zeros(n), torch.ones(n)]).type(torch.FloatTensor).view(-1, 1)


class LogisticRegression(nn.Module):
    def __init__(self, n_input_features):
        super(LogisticRegression, self).__init__()
        self.linear = nn.Linear(n_input_features, 1)

    def forward(self, x):
        return torch.sigmoid(self.linear(x))


model = LogisticRegression(2)
criterion = nn.BCELoss()
optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
for epoch in range(100):
    y_predicted = model(X)
    loss = criterion(y_predicted, y)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    if (epoch + 1) % 20 == 0:
        print(f"epoch: {epoch + 1}, loss = {loss.item():.4f}")
with torch.no_grad():
    y_predicted_cls = model(X).round()
    acc = y_predicted_cls.eq(y).sum() / float(y.shape[0])
    print(f"accuracy = {acc:.4f}")
print(model.state_dict().keys())
