"""An autoencoder of two layers on points near a line."""

import torch
import torch.nn as nn


class AutoEncoder(nn.Module):
    def __init__(self):
        super(AutoEncoder, self).__init__()
        self.encoder = nn.Sequential(nn.Linear(4, 3), nn.Tanh(), nn.Linear(3, 1))
        self.decoder = nn.Sequential(nn.Linear(1, 3), nn.Tanh(), nn.Linear(3, 4))

    def forward(self, x):
        encoded = self.encoder(x)
        decoded = self.decoder(encoded)
        return encoded, decoded


torch.manual_seed(18)
t = torch.linspace(-1, 1, 32).view(-1, 1)
data = t @ torch.tensor([[1.0, 0.5, -0.5, 2.0]]) + 0.01 * torch.randn(32, 4)
autoencoder = AutoEncoder()
optimizer = torch.optim.Adam(autoencoder.parameters(), lr=0.01)
loss_func = nn.MSELoss()
for epoch in range(121):
    encoded, decoded = autoencoder(data)
    loss = loss_func(decoded, data)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 40 == 0:
        print("Epoch:", epoch, "| train loss: %.4f" % loss.data.numpy())
print(encoded.shape, decoded.shape, autoencoder.encoder)
