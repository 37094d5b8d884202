"""A student learns from the soft targets of a teacher."""

import torch
import torch.nn as nn
import torch.nn.functional as F

torch.manual_seed(40)
X = torch.randn(30, 4)
teacher = nn.Sequential(nn.Linear(4, 16), nn.ReLU(), nn.Linear(16, 3)).eval()
student = nn.Linear(4, 3)
T = 2.0
with torch.no_grad():
    soft = F.softmax(teacher(X) / T, dim=1)
    hard = soft.argmax(1)
criterion = nn.KLDivLoss(reduction="batchmean")
optimizer = torch.optim.Adam(student.parameters(), lr=0.05)
for epoch in range(40):
    out = student(X)
    loss = T * T * criterion(F.log_softmax(out / T, dim=1), soft)
    loss = 0.5 * loss + 0.5 * F.cross_entropy(out, hard)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    if epoch % 10 == 0:
        print(f"Epoch {epoch:02d} | loss {loss:.4f}")
agree = (student(X).argmax(1) == hard).float().mean()
print("agreement {:.1%}".format(agree.item()))
