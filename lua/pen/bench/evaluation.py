"""One evaluation of a pass in PyTorch, for scripts/bench: the network with its losses and the gradient of the picture.

    evaluation.py program.json device precision runs

program.json lists the steps, and files of floats beside it, as lua/pen/bench/reference.lua writes them. Gradients are
not normalised, and the values by rank of the histogram loss are made before the clock starts: both are left out in
PyTorch's favour. Prints JSON: version, the losses, and the least of the seconds.
"""
import contextlib
import json
import os
import sys
import time

import torch
import torch.nn.functional as F


def load(folder, step, device):
    """The step with its tensors in place of {file, sizes}."""
    def tensor(entry):
        count = 1
        for size in entry['sizes']:
            count *= size
        data = torch.from_file(os.path.join(folder, entry['file']), size=count, dtype=torch.float32)
        return data.view(*entry['sizes']).to(device)
    return {key: tensor(value) if isinstance(value, dict) else value for key, value in step.items()}


def rank_values(step):
    """What the target histogram has at each rank, C x count."""
    bins, count = step['histogram'].shape[1], int((step['mask'] > 0.1).sum())
    ranks = torch.arange(count, device=step['mask'].device, dtype=torch.float32)
    ranks = ranks.expand(step['histogram'].shape[0], count).contiguous()
    places = torch.searchsorted(step['cumulative'].contiguous(), ranks, right=True).clamp(max=bins - 1)
    counts = step['histogram'].gather(1, places)
    ratio = ((ranks - step['cumulative'].gather(1, places) + counts) / (counts + 1e-8)).clamp(0, 1)
    width = (step['high'] - step['low']).unsqueeze(1) / bins
    return step['low'].unsqueeze(1) + (places + ratio) * width


def content(step, x):
    return ((x * step['mask'] - step['target']) ** 2).sum() / step['count']


def style(step, x):
    flat = (x * step['mask']).flatten(1)
    return F.mse_loss(flat @ flat.t() * step['scale'], step['target'])


def histogram(step, x):
    flat = x.flatten(1)[:, step['places']]
    order = flat.detach().argsort(dim=1, stable=True)
    target = torch.empty_like(flat).scatter_(1, order, step['values'])
    return ((flat - target) ** 2).sum() / step['count']


def variation(step, x):
    return ((x[:, :, 1:] - x[:, :, :-1]) ** 2).sum() + ((x[:, 1:] - x[:, :-1]) ** 2).sum()


LOSSES = {'content': content, 'style': style, 'histogram': histogram, 'variation': variation}


def evaluate(steps, picture):
    """The losses, and the picture's gradient."""
    picture.grad = None
    x, total, losses = picture, 0, []
    for step in steps:
        kind = step['kind']
        if kind == 'convolution':
            x = F.conv2d(x.unsqueeze(0), step['weight'], step['bias'], padding=1).squeeze(0)
        elif kind == 'relu':
            x = F.relu(x)
        elif kind == 'pooling':
            x = F.max_pool2d(x.unsqueeze(0), 2, 2, ceil_mode=True).squeeze(0)
        else:
            loss = LOSSES[kind](step, x.float())
            losses.append(loss)
            total = total + step['weight'] * loss
    total.backward()
    return [float(loss) for loss in losses]


def main(program, device, precision, runs):
    with open(program) as file:
        description = json.load(file)
    folder = os.path.dirname(program)
    steps = [load(folder, step, device) for step in description['steps']]
    for step in steps:
        if step['kind'] == 'histogram':
            step['places'] = (step['mask'].flatten() > 0.1).nonzero().squeeze(1)
            step['values'] = rank_values(step)
    picture = load(folder, description['picture'], device)['data'].requires_grad_()
    torch.backends.cudnn.benchmark = True
    torch.backends.cudnn.allow_tf32 = torch.backends.cuda.matmul.allow_tf32 = precision in ('auto', 'tf32')
    best, losses = float('inf'), []
    for _ in range(runs + 2):
        start = time.perf_counter()
        with torch.autocast('cuda', torch.bfloat16) if precision == 'bf16' else contextlib.nullcontext():
            losses = evaluate(steps, picture)
        best = min(best, time.perf_counter() - start)
    print(json.dumps({'version': torch.__version__, 'losses': losses, 'seconds': best}))


main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]))
