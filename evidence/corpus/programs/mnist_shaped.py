"""The network of a first MNIST lesson on random pictures."""

import torch
import torch.nn as nn

batch_size, input_size, hidden_size, num_classes = 10, 784, 50, 10
device = torch.device("cuda:0" if torch.cuda.is_available() else "cpu")
torch.manual_seed(0)
images = torch.rand(batch_size, 1, 28, 28)
labels = torch.randint(0, num_classes, (batch_size,))


class NeuralNet(nn.Module):
    def __init__(self, input_size, hidden_size, num_classes):
        super(NeuralNet, self).__init__()
        self.fc1 = nn.Linear(input_size, hidden_size)
        self.relu = nn.ReLU()
        self.fc2 = nn.Linear(hidden_size, num_classes)

    def forward(self, x):
        out = self.fc1(x)
        out = self.relu(out)
        out = self.fc2(out)
        return out


model = NeuralNet(input_size, hidden_size, num_classes).to(device)
criterion = nn.CrossEntropyLoss()
optimizer = torch.optim.Adam(model.parameters(), lr=0.001)
for step in range(10):
    flat = images.reshape(-1, 28 * 28).to(device)
    outputs = model(flat)
    loss = criterion(outputs, labels.to(device))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if step % 3 == 0:
        print("Step [{}/{}], Loss: {:.4f}".format(step + 1, 10, loss.item()))
with torch.no_grad():
    outputs = model(images.view(-1, 28 * 28))
    _, predicted = torch.max(outputs.data, 1)
    print("Accuracy: {} %".format(100 * (predicted == labels).sum().item() / labels.size(0)))
print(model)
