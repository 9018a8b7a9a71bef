"""Measures the bridge to Gymnasium beside plain Python, in turns, and prints medians of ratios.

Usage: HINDSIGHT_PYTHON=PYTHON PYTHON Benchmarks/run_gymnasium.py --hindsight PROGRAM [--rounds 3]

Ours is a training that does random actions only, replay buffer included. Its time is the difference between a
long and a short one, which leaves starting and judging out.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

import gymnasium

try:
    import gymnasium_robotics  # noqa: F401 (registers Fetch)
except ImportError:
    pass


def ours(program, name, algorithm, environments, steps, workers, more=()):
    def seconds(count):
        with tempfile.TemporaryDirectory() as folder:
            command = [
                program, "train", f"gym:{name}", "--algorithm", algorithm, "--steps", str(count),
                "--environments", str(environments), "--evaluate-every", str(10 * steps),
                "--episodes", "1", "--store", folder, "--set", f"learning_starts={10 * steps}",
                "--set", f"environment.worker.count={workers}", *more,
            ]
            begin = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
            return time.perf_counter() - begin

    return steps / (seconds(2 * steps) - seconds(steps))


def plain(name, environments, steps):
    """Environments stepped one after another in this process."""
    envs = [gymnasium.make(name, disable_env_checker=True) for _ in range(environments)]
    for index, env in enumerate(envs):
        env.reset(seed=index)
    actions = [[env.action_space.sample() for env in envs] for _ in range(100)]
    begin = time.perf_counter()
    for step in range(steps // environments):
        for env, action in zip(envs, actions[step % 100]):
            _, _, terminated, truncated, _ = env.step(action)
            if terminated or truncated:
                env.reset()
    return steps / (time.perf_counter() - begin)


def asynchronous(name, environments, steps):
    """Gymnasium's AsyncVectorEnv: a process an environment, with shared memory."""
    world = gymnasium.make_vec(name, environments, vectorization_mode="async")
    world.reset(seed=0)
    actions = [world.action_space.sample() for _ in range(100)]
    begin = time.perf_counter()
    for step in range(steps // environments):
        world.step(actions[step % 100])
    rate = steps / (time.perf_counter() - begin)
    world.close()
    return rate


def report(title, rounds, one, other):
    pairs = [(one(), other()) for _ in range(rounds)]
    ratios = sorted(a / b for a, b in pairs)
    a, b = (statistics.median(column) for column in zip(*pairs))
    print(
        f"| {title} | {a:,.0f} | {b:,.0f} | {statistics.median(ratios):.2f} "
        f"({ratios[0]:.2f}, {ratios[-1]:.2f}) |", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--hindsight", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    os.environ.setdefault("HINDSIGHT_PYTHON", sys.executable)
    print("| what | bridge, steps/s | peer, steps/s | ratio (least, most) |\n|---|---|---|---|")
    sac = ["--hindsight", "none", "--set", "hidden=8"]
    report(
        "FetchReach-v4, 8 environments in 1 worker, beside a loop in plain Python", options.rounds,
        lambda: ours(options.hindsight, "FetchReach-v4", "sac", 8, 6_400, 1, sac),
        lambda: plain("FetchReach-v4", 8, 6_400))
    report(
        "CartPole-v1, 64 environments in 2 workers, beside AsyncVectorEnv", options.rounds,
        lambda: ours(
            options.hindsight, "CartPole-v1", "dqn", 64, 256_000, 2, ["--set", "hidden=8"]),
        lambda: asynchronous("CartPole-v1", 64, 32_000))


if __name__ == "__main__":
    main()
