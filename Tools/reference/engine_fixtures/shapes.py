"""Group `shape`: operations that move values, gather and scatter them, and sort."""

import torch
import torch.nn.functional as F

from .group import Group, dimensions


def normal(group, case, shape):
    return torch.randn(shape, generator=group.generator(case))


def moves(group):
    """transpose, permute, reshape, broadcast_to, flip."""
    for shape, first, second in (([3, 5], 0, 1), ([2, 3, 4], 0, 2), ([2, 3, 4], 1, 2),
                                 ([0, 3], 0, 1)):
        case = f"transpose-{dimensions(shape)}-{first}{second}"
        group.add(case, "transpose", [normal(group, case, shape)],
                  lambda x: x.transpose(first, second), axes=[first, second])
    for shape, axes in (([2, 3, 4], [2, 0, 1]), ([2, 3, 4], [1, 0, 2]),
                        ([2, 3, 4, 5], [0, 2, 1, 3]), ([2, 3, 4, 5], [3, 1, 2, 0]),
                        ([2, 1, 3, 1, 2], [4, 2, 0, 3, 1])):
        case = f"permute-{dimensions(shape)}-{''.join(map(str, axes))}"
        group.add(case, "permute", [normal(group, case, shape)],
                  lambda x: x.permute(axes), axes=axes)
    for shape, to in (([12], [3, 4]), ([2, 3, 4], [4, 6]), ([1], []), ([], [1, 1]),
                      ([0, 3], [3, 0])):
        case = f"reshape-{dimensions(shape)}-{dimensions(to)}"
        group.add(case, "reshape", [normal(group, case, shape)],
                  lambda x: x.reshape(to), shape=to)
    for shape, to in (([], [3]), ([1], [5]), ([3, 1], [3, 4]), ([5], [2, 3, 5]),
                      ([1, 3, 1], [2, 3, 4]), ([3], [0, 3])):
        case = f"broadcast_to-{dimensions(shape)}-{dimensions(to)}"
        group.add(case, "broadcast_to", [normal(group, case, shape)],
                  lambda x: x.broadcast_to(to), shape=to)
    for shape, axes in (([5], [0]), ([3, 4], [0]), ([3, 4], [1]), ([2, 3, 5], [0, 2])):
        case = f"flip-{dimensions(shape)}-{''.join(map(str, axes))}"
        group.add(case, "flip", [normal(group, case, shape)], lambda x: x.flip(axes), axes=axes)


def joins(group):
    """concatenate, stack; split into outputs 0, 1, ... of the given sizes."""
    for axis, shapes in ((0, [[3], [5], [1]]), (0, [[2, 3], [4, 3]]), (1, [[2, 3], [2, 1], [2, 5]]),
                         (1, [[2, 3, 4], [2, 0, 4], [2, 2, 4]]), (2, [[2, 3, 4], [2, 3, 17]])):
        case = f"concatenate-axis{axis}-" + "-".join(map(dimensions, shapes))
        inputs = [normal(group, f"{case}{index}", shape) for index, shape in enumerate(shapes)]
        group.add(case, "concatenate", inputs, lambda *parts: torch.cat(parts, axis), axis=axis)
    for axis, shape in ((0, [4]), (1, [4]), (0, [2, 3]), (1, [2, 3]), (2, [2, 3])):
        case = f"stack-axis{axis}-{dimensions(shape)}"
        inputs = [normal(group, f"{case}{index}", shape) for index in range(3)]
        group.add(case, "stack", inputs, lambda *parts: torch.stack(parts, axis), axis=axis)
    for axis, shape, sizes in ((0, [7], [2, 4, 1]), (1, [3, 6], [3, 3]), (1, [2, 5, 3], [1, 4])):
        case = f"split-axis{axis}-{dimensions(shape)}"
        group.add(case, "split", [normal(group, case, shape)],
                  lambda x: tuple(torch.split(x, sizes, axis)), axis=axis, sizes=sizes)


def slices(group):
    """start (included), end (excluded) and step of every axis."""
    for shape, ranges in (([10], [(2, 9, 1)]), ([10], [(1, 10, 3)]), ([5], [(2, 2, 1)]),
                          ([4, 7], [(1, 3, 1), (0, 7, 2)]), ([4, 7], [(0, 4, 1), (3, 4, 1)]),
                          ([3, 5, 6], [(0, 3, 2), (1, 5, 1), (1, 6, 4)])):
        start, end, step = map(list, zip(*ranges))
        listed = "-".join(".".join(map(str, part)) for part in ranges)
        case = f"slice-{dimensions(shape)}-{listed}"
        index = tuple(slice(*part) for part in ranges)
        group.add(case, "slice", [normal(group, case, shape)], lambda x: x[index],
                  start=start, end=end, step=step)


def gathers(group):
    """gather and scatter_add along an axis; gather_rows and scatter_add_rows over whole rows."""
    for shape, index_shape, axis in (([7], [4], 0), ([4, 6], [4, 9], 1), ([4, 6], [5, 6], 0),
                                     ([2, 3, 5], [2, 4, 5], 1), ([3, 4], [3, 0], 1)):
        case = f"{dimensions(shape)}-{dimensions(index_shape)}-axis{axis}"
        generator = group.generator(case)
        x = torch.randn(shape, generator=generator)
        index = torch.randint(0, shape[axis], index_shape, generator=generator)
        source = torch.randn(index_shape, generator=generator)
        group.add(f"gather-{case}", "gather", [x, index],
                  lambda x, index: torch.gather(x, axis, index), axis=axis)
        group.add(f"scatter_add-{case}", "scatter_add", [x, index, source],
                  lambda x, index, source: torch.scatter_add(x, axis, index, source), axis=axis)
    for rows, width, index_shape in ((6, 4, [9]), (5, 17, [2, 3]), (3, 1, [1]), (4, 5, [0])):
        case = f"{rows}x{width}-{dimensions(index_shape)}"
        generator = group.generator(case)
        table = torch.randn([rows, width], generator=generator)
        index = torch.randint(0, rows, index_shape, generator=generator)
        source = torch.randn(index_shape + [width], generator=generator)
        group.add(f"gather_rows-{case}", "gather_rows", [table, index],
                  lambda table, index: F.embedding(index, table))
        group.add(f"scatter_add_rows-{case}", "scatter_add_rows", [table, index, source],
                  lambda table, index, source: torch.index_add(
                      table, 0, index.reshape(-1), source.reshape(-1, width)))
    for shape, classes in (([5], 4), ([2, 3], 7), ([], 3), ([0], 2)):
        case = f"one_hot-{dimensions(shape)}-{classes}"
        index = torch.randint(0, classes, shape, generator=group.generator(case))
        group.add(case, "one_hot", [index], lambda index: F.one_hot(index, classes).float(),
                  classes=classes)


def sorts(group):
    """sort (stable) and topk (of distinct values): output0 values, output1 indices."""
    for shape, axis in (([9], 0), ([4, 7], 1), ([4, 7], 0), ([2, 5, 3], 1), ([1], 0), ([0], 0)):
        for descending in (False, True):
            for label in ("", "-ties"):
                case = f"sort{label}-{dimensions(shape)}-axis{axis}" + ("-descending" * descending)
                generator = group.generator(case)
                x = torch.randint(0, 3, shape, generator=generator).float()
                x = x if label else torch.randn(shape, generator=generator)
                settings = {"descending": descending, "stable": True}
                group.add(case, "sort", [x], lambda x: tuple(torch.sort(x, dim=axis, **settings)),
                          axis=axis, **settings)
    for shape, k, axis in (([9], 3, 0), ([4, 7], 1, 1), ([4, 7], 7, 1), ([4, 33], 5, 1),
                           ([5, 3], 2, 0)):
        for largest in (True, False):
            case = f"topk-{dimensions(shape)}-k{k}-axis{axis}" + ("" if largest else "-smallest")
            x = normal(group, case, shape)
            group.add(case, "topk", [x], lambda x: tuple(torch.topk(x, k, axis, largest=largest)),
                      axis=axis, k=k, largest=largest)


def shape():
    group = Group("shape")
    for part in (moves, joins, slices, gathers, sorts):
        part(group)
    return group
