"""Measures what pretrained policies and logged data are worth: `PRETRAINED-POLICIES.md` has the results.

    swift build -c release --product hindsight
    python3 Benchmarks/run_pretrained.py .build/release/hindsight WORKDIR [experiment ...]

Every experiment prints its commands and a table; runs are kept in WORKDIR/runs, so that reports can be made
from them. Experiments: offline, fewer-steps, warm-start, collapse, negative.
"""

import json
import pathlib
import subprocess
import sys

HINDSIGHT = str(pathlib.Path(sys.argv[1]).resolve())
WORK = pathlib.Path(sys.argv[2])
SEEDS = 5


def call(*arguments):
    """Runs a command with --json; its events."""
    print("    hindsight " + " ".join(arguments), flush=True)
    done = subprocess.run([HINDSIGHT, *arguments, "--json"], cwd=WORK, capture_output=True, text=True)
    if done.returncode:
        sys.exit(done.stdout[-2000:] + done.stderr)
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def train(*arguments, seeds=SEEDS):
    """Learning curves by seed, and the last judgement (interquartile mean over seeds with its interval)."""
    events = call("train", *arguments, "--seeds", str(seeds), "--seed", "10")
    curves = {}
    for event in events:
        if event["event"] == "evaluation":
            curves.setdefault(event["seed"], []).append((event["step"], event["metrics"]["mean_return"]))
    last = events[-1]
    return {"run": last["run"], "curves": curves, "evaluation": last["evaluation"], "intervals": last["intervals"]}


def mean(values):
    return sum(values) / len(values)


def median(values):
    ordered = sorted(values)
    return ordered[len(ordered) // 2]


def steps_to(result, threshold):
    """The first judged step at or above a threshold, by seed; None if there is none."""
    return [
        next((step for step, value in curve if value >= threshold), None)
        for _, curve in sorted(result["curves"].items())
    ]


def row(name, result, threshold):
    """Start, lowest point and last value (means over seeds), and steps to the threshold."""
    curves = [curve for _, curve in sorted(result["curves"].items())]
    steps = [s if s is not None else float("inf") for s in steps_to(result, threshold)]
    shown = ["–" if s == float("inf") else f"{s:,}" for s in steps]
    area = mean([mean([value for _, value in curve]) for curve in curves])
    middle = median(steps)
    print(
        f"| {name} | {mean([c[0][1] for c in curves]):.0f} | {mean([min(v for _, v in c) for c in curves]):.0f} "
        f"| {mean([c[-1][1] for c in curves]):.0f} | {area:.0f} "
        f"| {'–' if middle == float('inf') else f'{middle:,}'} ({', '.join(shown)}) | `{result['run']}` |", flush=True)


HEAD = (
    "| | at the start | lowest | at the end | mean over the curve | steps to {} (median; seeds) | run |\n"
    "|---|---|---|---|---|---|---|")


def final(name, result):
    value, interval = result["evaluation"]["mean_return"], result["intervals"].get("mean_return")
    extent = f" [{interval[0]:.1f}, {interval[1]:.1f}]" if interval else ""
    success = result["evaluation"].get("success_rate")
    rate = f", success {success:.2f}" if success is not None else ""
    print(f"| {name} | {value:.1f}{extent}{rate} | `{result['run']}` |", flush=True)


def source(*arguments):
    """Trains one policy to begin with; the run's name."""
    return call("train", *arguments)[-1]["run"]


SMALL = ["--set", "hidden=64x64", "--set", "learning_rate=0.001"]


def collected(run, name, *arguments):
    data = call("collect", run, "--output", name, *arguments)[-1]
    for quality in data["qualities"]:
        print(f"    {quality['random']:.1f} random: {quality['episodes']} episodes, mean return "
              f"{quality['mean_return']:.1f}")
    print(f"    in all {data['episodes']} episodes, {data['steps']} steps, mean return {data['mean_return']:.1f}")


def offline():
    print("\n## Learning from logged data\n")
    pole = source("cartpole", "--algorithm", "ppo", "--steps", "20000", "--seed", "1")
    collected(pole, "pole.safetensors", "--episodes", "120", "--random", "0.3,0.7,1")
    print("| CartPole | mean return (IQM of 5 seeds, 95 %) | run |\n|---|---|---|")
    for name in ["bc", "iql", "awac"]:
        final(name, train("cartpole", "--offline", "pole.safetensors", "--algorithm", name, *SMALL,
                          "--offline-steps", "5000", "--evaluate-every", "1000"))
    swing = source("pendulum", "--algorithm", "sac", "--steps", "4000", "--seed", "1", *SMALL)
    collected(swing, "swing.safetensors", "--episodes", "90", "--random", "0,0.5,1")
    print("| Pendulum | mean return (IQM of 5 seeds, 95 %) | run |\n|---|---|---|")
    for name, extra in [
        ("bc", []), ("iql", []), ("awac", []),
        ("cal-ql", ["--set", "samples=4", "--set", "conservative_weight=1", "--set",
                    "initial_entropy_coefficient=0.1"])]:
        final(name, train("pendulum", "--offline", "swing.safetensors", "--algorithm", name, *SMALL,
                          "--offline-steps", "5000", "--evaluate-every", "1000", *extra))
    maze = source("pointmaze", "--algorithm", "ddpg-her", "--steps", "15000", "--seed", "1", "--set",
                  "environment.layout=open", "--set", "hidden=64x64x64")
    collected(maze, "maze.safetensors", "--episodes", "200", "--random", "1")
    print("| PointMaze, open | mean return and success (IQM of 5 seeds, 95 %) | run |\n|---|---|---|")
    for name in ["bc", "iql"]:
        for hindsight in ["none", "future:4"]:
            final(f"{name}, hindsight {hindsight}", train(
                "pointmaze", "--set", "environment.layout=open", "--offline", "maze.safetensors", "--algorithm",
                name, *SMALL, "--hindsight", hindsight, "--offline-steps", "4000", "--evaluate-every", "1000"))


def fewer_steps():
    print("\n## Logged data beside one's own: RLPD\n")
    swing = source("pendulum", "--algorithm", "sac", "--steps", "4000", "--seed", "1", *SMALL)
    collected(swing, "mixed.safetensors", "--episodes", "40", "--random", "0.5,1")
    ensemble = ["--set", "critics=4", "--set", "gradient_steps=5", "--set", "policy_delay=5"]
    common = [*SMALL, "--steps", "3000", "--evaluate-every", "100"]
    print(HEAD.format("−250"))
    row("SAC from scratch", train("pendulum", "--algorithm", "sac", *common), -250)
    row("the same networks and updates, no data",
        train("pendulum", "--algorithm", "rlpd", "--set", "starts_with_policy=false", *ensemble, *common), -250)
    row("RLPD", train("pendulum", "--algorithm", "rlpd", "--offline", "mixed.safetensors", *ensemble, *common), -250)
    row("SAC, half of each batch logged",
        train("pendulum", "--algorithm", "sac", "--offline", "mixed.safetensors", "--offline-steps", "0",
              *common), -250)


def warm_start():
    print("\n## A longer pendulum: WSRL\n")
    ensemble = ["--set", "critics=4", "--set", "gradient_steps=4", "--set", "policy_delay=4"]
    swing = source("pendulum", "--algorithm", "wsrl", "--steps", "6000", "--seed", "1", "--set",
                   "learning_starts=200", "--set", "starts_with_policy=false", *SMALL, *ensemble)
    variant = ["--set", "environment.length=1.5"]
    common = [*variant, "--steps", "4000", "--evaluate-every", "100"]
    print(HEAD.format("−300"))
    row("from scratch", train("pendulum", "--algorithm", "wsrl", "--set", "starts_with_policy=false", "--set",
                              "learning_starts=200", *SMALL, *ensemble, *common), -300)
    row("pretrained, 100 random steps first",
        train("pendulum", "--from", swing, "--set", "starts_with_policy=false", "--set", "learning_starts=100",
              *common), -300)
    row("pretrained, 1,000 steps of the policy first (WSRL)",
        train("pendulum", "--from", swing, "--set", "learning_starts=1000", *common), -300)
    row("the same with L2-SP 0.01",
        train("pendulum", "--from", swing, "--set", "learning_starts=1000", "--set", "start_distance=0.01",
              *common), -300)


def collapse():
    print("\n## A pole four times as long: PPO\n")
    pole = source("cartpole", "--algorithm", "ppo", "--steps", "50000", "--seed", "1")
    common = ["--set", "environment.pole_length=2", "--steps", "30000", "--evaluate-every", "1024"]
    print(HEAD.format("475"))
    row("from scratch", train("cartpole", "--algorithm", "ppo", *common), 475)
    row("pretrained", train("cartpole", "--from", pole, *common), 475)
    row("pretrained, values alone for 2,048 steps",
        train("cartpole", "--from", pole, "--set", "critic_warmup=2048", *common), 475)
    row("pretrained, KL 1 to the start, falling to 0",
        train("cartpole", "--from", pole, "--set", "start_penalty=1", "--set", "decays_start_penalty=true",
              *common), 475)
    row("pretrained, both",
        train("cartpole", "--from", pole, "--set", "critic_warmup=2048", "--set", "start_penalty=1", "--set",
              "decays_start_penalty=true", *common), 475)
    row("pretrained, values first and L2-SP 0.1",
        train("cartpole", "--from", pole, "--set", "critic_warmup=2048", "--set", "start_distance=0.1",
              *common), 475)
    print("\nA policy cloned from 40 logged episodes of the usual pole, whose values know nothing:\n")
    collected(pole, "clone.safetensors", "--episodes", "40")
    clone = source("cartpole", "--offline", "clone.safetensors", "--algorithm", "bc", "--set", "hidden=64x64",
                   "--offline-steps", "3000", "--seed", "1")
    print(HEAD.format("475"))
    base = ["cartpole", "--from", clone, "--algorithm", "ppo"]
    row("cloned", train(*base, *common), 475)
    row("cloned, values first, KL 1 falling to 0",
        train(*base, "--set", "critic_warmup=2048", "--set", "start_penalty=1", "--set",
              "decays_start_penalty=true", *common), 475)


def negative():
    print("\n## Pushes the other way: negative transfer\n")
    pole = source("cartpole", "--algorithm", "ppo", "--steps", "50000", "--seed", "1")
    common = ["--set", "environment.force=-10", "--steps", "30000", "--evaluate-every", "1024"]
    print(HEAD.format("475"))
    row("from scratch", train("cartpole", "--algorithm", "ppo", *common), 475)
    row("pretrained", train("cartpole", "--from", pole, *common), 475)
    row("pretrained, values first, KL 1 falling to 0",
        train("cartpole", "--from", pole, "--set", "critic_warmup=2048", "--set", "start_penalty=1", "--set",
              "decays_start_penalty=true", *common), 475)
    print("\nA pendulum whose gravity pulled upwards, brought back to earth (SAC):\n")
    swing = source("pendulum", "--algorithm", "sac", "--set", "environment.gravity=-10", "--steps", "20000",
                   "--seed", "1", *SMALL)
    common = ["--steps", "6000", "--evaluate-every", "200"]
    print(HEAD.format("−250"))
    row("from scratch", train("pendulum", "--algorithm", "sac", *SMALL, *common), -250)
    row("pretrained", train("pendulum", "--from", swing, *common), -250)


if __name__ == "__main__":
    WORK.mkdir(parents=True, exist_ok=True)
    experiments = {
        "offline": offline, "fewer-steps": fewer_steps, "warm-start": warm_start, "collapse": collapse,
        "negative": negative}
    for name in sys.argv[3:] or experiments:
        experiments[name]()
