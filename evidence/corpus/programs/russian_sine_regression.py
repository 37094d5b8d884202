"""Регрессия синуса: сеть с одним скрытым слоем."""

import torch

torch.manual_seed(3)
x_train = torch.rand(60) * 20.0 - 10.0
y_train = torch.sin(x_train)
noise = torch.randn(y_train.shape) / 20.0
y_train = y_train + noise
x_train.unsqueeze_(1)
y_train.unsqueeze_(1)


class SineNet(torch.nn.Module):
    def __init__(self, n_hidden_neurons):
        super(SineNet, self).__init__()
        self.fc1 = torch.nn.Linear(1, n_hidden_neurons)
        self.act1 = torch.nn.Sigmoid()
        self.fc2 = torch.nn.Linear(n_hidden_neurons, 1)

    def forward(self, x):
        return self.fc2(self.act1(self.fc1(x)))


sine_net = SineNet(20)


def loss(pred, target):
    squares = (pred - target) ** 2
    return squares.mean()


optimizer = torch.optim.Adam(sine_net.parameters(), lr=0.01)
for epoch_index in range(100):
    optimizer.zero_grad()
    loss_value = loss(sine_net.forward(x_train), y_train)
    loss_value.backward()
    optimizer.step()
    if epoch_index % 25 == 0:
        print("эпоха {}: ошибка {:.4f}".format(epoch_index, loss_value.item()))
x_validation = torch.linspace(-10, 10, 5)
x_validation.unsqueeze_(1)
print(sine_net(x_validation).shape, type(sine_net))
