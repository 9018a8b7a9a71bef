"""Writes logged episodes of Minari or D4RL as a safetensors file that `hindsight train --offline` reads.

    pip install minari[hdf5] safetensors          # for --minari
    pip install h5py safetensors                  # for --d4rl
    python Tools/convert_trajectories.py --minari D4RL/pen/human-v2 --environment gym:AdroitHandPen-v1 data.safetensors
    python Tools/convert_trajectories.py --d4rl hopper_medium.hdf5 --environment gym:Hopper-v5 data.safetensors

Observations that are dictionaries with `observation`, `achieved_goal` and `desired_goal` become the three
tensors of a goal environment; other dictionaries are laid out part after part, by key. The article
PretrainedPolicies has the layout.
"""

import argparse
import json

import numpy as np
from safetensors.numpy import save_file


def flat(values):
    """Rows of float32 of an array, or of a dictionary of arrays by key."""
    if isinstance(values, dict):
        return np.concatenate([flat(values[key]) for key in sorted(values)], axis=1)
    values = np.asarray(values, dtype=np.float32)
    return values.reshape(len(values), -1)


def minari_episodes(name):
    import minari

    for episode in minari.load_dataset(name, download=True).iterate_episodes():
        yield (episode.observations, episode.actions, episode.rewards, episode.terminations,
               episode.truncations)


def d4rl_episodes(path):
    """D4RL has transitions one after another; the last observation of an episode is only in
    `next_observations`, where there are any, and else the last step is left out."""
    import h5py

    with h5py.File(path) as file:
        data = {name: file[name][()] for name in
                ["observations", "actions", "rewards", "terminals", "timeouts"]}
        following = file["next_observations"][()] if "next_observations" in file else None
    start = 0
    for end in np.flatnonzero(data["terminals"] | data["timeouts"]) + 1:
        rows = slice(start, end)
        seen, start = data["observations"][rows], end
        if following is not None:
            last = following[end - 1][None]
        elif len(seen) > 1:
            rows, last = slice(rows.start, end - 1), seen[-1:]
            seen = seen[:-1]
        else:
            continue
        yield (np.concatenate([seen, last]), data["actions"][rows], data["rewards"][rows],
               data["terminals"][rows], data["timeouts"][rows])


def converted(episodes):
    parts = {name: [] for name in ["observations", "achieved_goals", "desired_goals", "actions",
                                   "rewards", "terminated", "truncated"]}
    lengths = []
    for observations, actions, rewards, terminated, truncated in episodes:
        if isinstance(observations, dict) and "desired_goal" in observations:
            parts["achieved_goals"].append(flat(observations["achieved_goal"]))
            parts["desired_goals"].append(flat(observations["desired_goal"]))
            observations = observations["observation"]
        ends = np.asarray(terminated, dtype=np.uint8)
        cut = np.asarray(truncated, dtype=np.uint8).copy()
        # An episode's last step alone is an end, and always is one.
        cut[:-1] = 0
        if not ends[-1]:
            cut[-1] = 1
        for name, rows in [
                ("observations", flat(observations)), ("actions", flat(actions)),
                ("rewards", np.asarray(rewards, dtype=np.float32)), ("terminated", ends), ("truncated", cut)]:
            parts[name].append(rows)
        lengths.append(len(cut))
    tensors = {name: np.ascontiguousarray(np.concatenate(rows)) for name, rows in parts.items() if rows}
    return tensors | {"lengths": np.asarray(lengths, dtype=np.int64)}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--minari", help="name of a Minari data set")
    source.add_argument("--d4rl", help="an HDF5 file of D4RL")
    parser.add_argument("--environment", required=True, help="the environment's name, as hindsight train has it")
    parser.add_argument("output")
    arguments = parser.parse_args()
    tensors = converted(
        minari_episodes(arguments.minari) if arguments.minari else d4rl_episodes(arguments.d4rl))
    origin = {"environment": arguments.environment, "environmentSettings": {}, "seed": 0,
              "software": arguments.minari or arguments.d4rl}
    save_file(tensors, arguments.output, metadata={
        "format": "hindsight-trajectories", "version": "1", "source": json.dumps(origin),
        "observation_space": "", "action_space": ""})
    print(f"{len(tensors['lengths'])} episodes, {len(tensors['rewards'])} steps in {arguments.output}")
