"""Sums, averages and differences along a series."""

import torch

series = torch.tensor([1.0, 3.0, 2.0, 5.0, 4.0, 6.0])
total = series.cumsum(0)
print("cumsum", total)
k = 3
means = (total[k - 1 :] - torch.cat([torch.zeros(1), total[:-k]])) / k
print("means of", k, means)
print("differences", series[1:] - series[:-1])
print("sorted", series.sort()[0], series.sort(descending=True).indices)
weights = torch.softmax(torch.arange(6.0), 0)
print("weighted", (weights * series).sum())
smooth = torch.zeros_like(series)
smooth[0] = series[0]
for i in range(1, len(series)):
    smooth[i] = 0.5 * smooth[i - 1] + 0.5 * series[i]
print("smooth", smooth)
print(torch.round(smooth).int(), torch.floor(series / 2), torch.ceil(series / 2))
print((series > series.mean()).long(), series.var(), series.std())
