"""다중 선형 회귀: 세 과목 점수로 최종 점수 예측하기."""

import torch
import torch.nn as nn
import torch.nn.functional as F
import torch.optim as optim

torch.manual_seed(1)
x_train = torch.FloatTensor([[73, 80, 75], [93, 88, 93], [89, 91, 90], [96, 98, 100], [73, 66, 70]])
y_train = torch.FloatTensor([[152], [185], [180], [196], [142]])


class MultivariateLinearRegressionModel(nn.Module):
    def __init__(self):
        super().__init__()
        self.linear = nn.Linear(3, 1)

    def forward(self, x):
        return self.linear(x)


model = MultivariateLinearRegressionModel()
print(list(model.parameters()))
optimizer = optim.SGD(model.parameters(), lr=1e-5)
nb_epochs = 200
for epoch in range(nb_epochs + 1):
    prediction = model(x_train)
    cost = F.mse_loss(prediction, y_train)
    optimizer.zero_grad()
    cost.backward()
    optimizer.step()
    if epoch % 50 == 0:
        print("Epoch {:4d}/{} Cost: {:.4f}".format(epoch, nb_epochs, cost.item()))
new_var = torch.FloatTensor([[73, 80, 75]])
print("훈련 후 입력이 73, 80, 75일 때의 예측값 : %.2f" % model(new_var))
