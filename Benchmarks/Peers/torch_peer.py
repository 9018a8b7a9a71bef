"""PyTorch's side of matmul_bench: reads "M N K transA transB threads seconds" a line, answers with
the median seconds of one torch.mm into a given output (of computing, if on one thread)."""

import sys
import time

import torch

torch.set_grad_enabled(False)
operands = {}


def median_seconds(M, N, K, trans_a, trans_b, threads, seconds):
    key = (M, N, K, trans_a, trans_b)
    if key not in operands:
        operands.clear()
        a = torch.randn(K, M).t() if trans_a else torch.randn(M, K)
        b = torch.randn(N, K).t() if trans_b else torch.randn(K, N)
        operands[key] = (a, b, torch.empty(M, N))
    a, b, c = operands[key]
    torch.set_num_threads(threads)
    for _ in range(3):
        torch.mm(a, b, out=c)
    clock = time.thread_time if threads == 1 else time.perf_counter
    calls = max(1, int(100e-6 / (2 * M * N * K / 1e11 + 1e-6)))
    times, end = [], clock() + seconds
    while not times or clock() < end:
        start = clock()
        for _ in range(calls):
            torch.mm(a, b, out=c)
        times.append((clock() - start) / calls)
    return sorted(times)[len(times) // 2]


print(torch.__version__, flush=True)
for line in sys.stdin:
    *integers, seconds = line.split()
    print(median_seconds(*map(int, integers), float(seconds)), flush=True)
