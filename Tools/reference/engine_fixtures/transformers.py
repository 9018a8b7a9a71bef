"""Groups `attention`, `rms_norm` and `rotary`."""

import torch
import torch.nn.functional as F

from .group import Group, dimensions


def spans_of(numbers, capacity):
    """Rows (begin, end) of every sequence."""
    if capacity < 0:
        return list(zip(numbers[:-1], numbers[1:]))
    return [(i * capacity, i * capacity + length) for i, length in enumerate(numbers)]


def attend(query, key, value, spans, heads, kv_heads, causal, capacity, scale):
    """PyTorch's attention, one sequence after another."""
    def split(x, begin, end, count):
        return x[begin:end].reshape(1, end - begin, count, -1).transpose(1, 2)

    result = torch.zeros_like(query)
    for begin, end in spans_of(spans.tolist(), capacity):
        if begin == end:
            continue
        y = F.scaled_dot_product_attention(
            split(query, begin, end, heads), split(key, begin, end, kv_heads),
            split(value, begin, end, kv_heads), is_causal=causal, scale=scale, enable_gqa=True)
        result[begin:end] = y.transpose(1, 2).reshape(end - begin, -1)
    return result


# Name, rows, offsets or lengths, capacity (-1 for offsets).
LAYOUTS = [
    ("one", 1, [0, 1], -1),
    ("packed", 11, [0, 4, 4, 5, 9], -1),
    ("padded", 10, [5, 2], 5),
    ("longer", 30, [0, 9, 30], -1),
]
# Heads, heads of keys and values, size of a head.
HEADS = [(1, 1, 5), (2, 1, 2), (2, 2, 4), (4, 2, 3), (3, 1, 32)]


def attention():
    group = Group("attention")
    # The only row of a sequence has gradients of zero: nothing to compare.
    for name, rows, numbers, capacity in LAYOUTS:
        for heads, kv_heads, size in HEADS:
            if rows * size > 300:
                continue
            for causal in (False, True):
                case = f"{name}-{heads}x{kv_heads}x{size}" + ("-causal" if causal else "")
                generator = group.generator(case)
                inputs = [torch.randn([rows, heads * size], generator=generator)] + [
                    torch.randn([rows, kv_heads * size], generator=generator) for _ in range(2)
                ] + [torch.tensor(numbers, dtype=torch.int32)]
                scale = "0.75" if size == 3 else None
                attributes = {"scale": scale} if scale else {}
                group.add(case, "attention", inputs,
                          lambda q, k, v, spans: attend(q, k, v, spans, heads, kv_heads, causal,
                                                        capacity, scale and float(scale)),
                          gradients=rows > 1, heads=heads, kv_heads=kv_heads, causal=causal,
                          capacity=capacity, **attributes)
    return group


def rms_norm():
    """input0 x [..., width], with a weight input1 [width]."""
    group = Group("rms_norm")
    for shape in ([1, 2], [3, 5], [2, 2, 16], [4, 33], [0, 7], [1, 130]):
        for epsilon in ("0.00001", "0.5"):
            for weighted in (False, True):
                case = f"{dimensions(shape)}-{epsilon}" + ("-weighted" if weighted else "")
                generator = group.generator(case)
                x = torch.randn(shape, generator=generator)
                weight = torch.randn(shape[-1:], generator=generator) + 1
                group.add(case, "rms_norm", [x, weight] if weighted else [x],
                          lambda x, *weight: F.rms_norm(x, x.shape[-1:], *weight,
                                                        eps=float(epsilon)),
                          epsilon=epsilon)
    return group


def turn(x, positions, heads, base, interleaved):
    """Rotary position embedding; angles in double precision."""
    rows, size = x.shape[0], x.shape[1] // heads
    half = size // 2
    frequencies = base ** (-2 * torch.arange(half, dtype=torch.float64) / size)
    angles = (positions.double()[:, None] * frequencies)[:, None, :]
    cosine, sine = angles.cos().to(x.dtype), angles.sin().to(x.dtype)
    x = x.reshape(rows, heads, size)
    a, b = (x[..., 0::2], x[..., 1::2]) if interleaved else (x[..., :half], x[..., half:])
    turned = (a * cosine - b * sine, b * cosine + a * sine)
    y = torch.stack(turned, -1) if interleaved else torch.cat(turned, -1)
    return y.reshape(rows, heads * size)


def rotary():
    group = Group("rotary")
    for rows, heads, size in ((1, 1, 2), (5, 2, 4), (7, 1, 34), (0, 2, 2), (4, 3, 6), (2, 1, 64)):
        for interleaved in (False, True):
            for base in (10000, 500000):
                style = "interleaved" if interleaved else "half"
                case = f"{rows}x{heads}x{size}-{base}-{style}"
                generator = group.generator(case)
                x = torch.randn([rows, heads * size], generator=generator)
                positions = torch.randint(0, 5000, [rows], generator=generator).to(torch.int32)
                group.add(case, "rotary", [x, positions],
                          lambda x, positions: turn(x, positions, heads, base, interleaved),
                          heads=heads, base=base, interleaved=interleaved)
    return group
