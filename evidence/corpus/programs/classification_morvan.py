"""把两团点分开:一个隐藏层。"""

import torch
import torch.nn.functional as F

torch.manual_seed(1)
n_data = torch.ones(30, 2)
x0 = torch.normal(2 * n_data, 1)
y0 = torch.zeros(30)
x1 = torch.normal(-2 * n_data, 1)
y1 = torch.ones(30)
x = torch.cat((x0, x1), 0).type(torch.FloatTensor)
y = torch.cat(
    (y0, y1),
).type(torch.LongTensor)
net = torch.nn.Sequential(torch.nn.Linear(2, 10), torch.nn.ReLU(), torch.nn.Linear(10, 2))
print(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.02)
loss_func = torch.nn.CrossEntropyLoss()
for t in range(60):
    out = net(x)
    loss = loss_func(out, y)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if t % 20 == 0:
        prediction = torch.max(out, 1)[1]
        pred_y = prediction.data.numpy()
        target_y = y.data.numpy()
        accuracy = float((pred_y == target_y).astype(int).sum()) / float(target_y.size)
        print("准确率=%.2f" % accuracy, "损失=%.4f" % loss.item())
print(F.softmax(out[:2], dim=1).data)
