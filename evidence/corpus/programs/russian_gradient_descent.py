"""Градиентный спуск на простой функции."""

import torch

x = torch.tensor([8.0, 8.0], requires_grad=True)
var_history = []


def parabola(variable):
    return 10 * (variable**2).sum()


def make_gradient_step(function, variable):
    function_result = function(variable)
    function_result.backward()
    variable.data -= 0.01 * variable.grad
    variable.grad.zero_()


for i in range(20):
    var_history.append(variable := x.data.numpy().copy())
    make_gradient_step(parabola, x)
print("значение функции:", parabola(x).item())
print("точка:", x)
print(f"шагов: {len(var_history)}, первая точка: {var_history[0]}")
optimizer = torch.optim.SGD([x], lr=0.01)
for i in range(5):
    loss = parabola(x)
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
print(x.tolist())
print(x.grad, x.dtype, type(x.grad))
