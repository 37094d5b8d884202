"""Shapes of batches of pictures: view, permute, flatten, normalise."""

import torch

torch.manual_seed(25)
images = torch.randint(0, 256, (4, 3, 5, 5), dtype=torch.uint8)
print(images.shape, images.dtype, images[0, 0, 0])
x = images.float() / 255
print(x.mean(), x.min(), x.max())
mean = x.mean(dim=(0, 2, 3), keepdim=True)
std = x.std(dim=(0, 2, 3), keepdim=True)
x = (x - mean) / std
print(mean.flatten(), std.view(-1))
print(x.view(4, -1).shape, x.flatten(1).shape, x.permute(0, 2, 3, 1).shape)
print(x.mean().abs().item() < 1e-5)
grey = x.mean(1)
print(grey.size(), grey[0].argmax(), torch.flip(grey[0], [0])[0])
print(images.type(), images.sum(), images.byte().dtype)
print(grey.unsqueeze(1).expand(4, 3, 5, 5).shape, grey.transpose(1, 2).is_contiguous())
