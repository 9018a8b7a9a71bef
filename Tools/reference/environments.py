"""What Gymnasium's environments do, for Tests/ReinforcementLearningTests/GymnasiumTests.swift.

    Tools/setup-peers.sh
    .bench/python/bin/python Tools/reference/environments.py            # writes the fixture
    .bench/python/bin/python Tools/reference/environments.py --check    # compares with the one that is there

Each environment is reset with each of 20 seeds and stepped 10,000 times; an episode that ended is followed by
`reset()` without a seed. Written are a digest for each seed, and the first steps for finding a difference.

Digest: FNV-1a with 64 bits over the little-endian bytes of everything seen in order: after a reset the
observation; after a step the observation, the reward as float64, one byte each for terminated and truncated.
Observations are float32 as they are, integers as int64.

Actions: x = x * 6364136223846793005 + 1442695040888963407 modulo 2**64, from x = the seed before the first
step. A discrete action is (x >> 33) modulo the number of actions. The number of a box is
(((x >> 40) / 2**24) * 2 - 1) * 1.25 * bound, all exact in float32: a fifth of them is out of bounds.
"""

import json
import pathlib
import platform
import struct
import sys

import gymnasium
import numpy

NAMES = [
    "CartPole-v1", "MountainCar-v0", "MountainCarContinuous-v0", "Acrobot-v1", "Pendulum-v1",
    "FrozenLake-v1", "CliffWalking-v1", "Taxi-v4", "Blackjack-v1",
]
SEEDS, STEPS, LISTED = 20, 10_000, 40
FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests/Fixtures/environments"


class Digest:
    def __init__(self):
        self.value = 0xCBF29CE484222325

    def add(self, data):
        value = self.value
        for byte in data:
            value = ((value ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
        self.value = value


def packed(observation):
    if isinstance(observation, numpy.ndarray):
        assert observation.dtype == numpy.float32
        return observation.tobytes()
    parts = observation if isinstance(observation, tuple) else (observation,)
    return struct.pack(f"<{len(parts)}q", *(int(part) for part in parts))


def listed(observation):
    if isinstance(observation, numpy.ndarray):
        return [int(word) for word in observation.view(numpy.uint32)]
    return [int(part) for part in (observation if isinstance(observation, tuple) else (observation,))]


def play(environment, seed):
    digest, first, episodes = Digest(), [], 1
    space = environment.action_space
    observation, _ = environment.reset(seed=seed)
    start = listed(observation)
    digest.add(packed(observation))
    x = seed
    for step in range(STEPS):
        x = (x * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        if isinstance(space, gymnasium.spaces.Discrete):
            action = int((x >> 33) % space.n)
        else:
            action = numpy.array([((x >> 40) / 2**24 * 2 - 1) * 1.25 * space.high[0]], numpy.float32)
        observation, reward, terminated, truncated, _ = environment.step(action)
        bits = struct.pack("<d", float(reward))
        digest.add(packed(observation) + bits + bytes([bool(terminated), bool(truncated)]))
        if step < LISTED:
            first.append([listed(observation), bits[::-1].hex(), int(terminated), int(truncated)])
        if terminated or truncated:
            observation, _ = environment.reset()
            digest.add(packed(observation))
            episodes += 1
    return {
        "seed": seed, "digest": f"{digest.value:016x}", "episodes": episodes, "start": start,
        "first": first if seed < 3 else [],
    }


def differences(ours, theirs):
    """The environments and seeds whose runs are not the same."""
    return [
        f"{name}, seed {a['seed']}: {a['digest']} in the fixture, {b['digest']} now"
        for name in NAMES for a, b in zip(ours["runs"][name], theirs["runs"][name]) if a != b
    ]


def main():
    versions = {
        "gymnasium": gymnasium.__version__, "numpy": numpy.__version__,
        "python": platform.python_version(), "libc": " ".join(platform.libc_ver()),
        "machine": platform.machine(),
    }
    runs = {}
    for name in NAMES:
        environment = gymnasium.make(name)
        runs[name] = [play(environment, seed) for seed in range(SEEDS)]
        print(name, runs[name][0]["digest"], runs[name][0]["episodes"])
    generator = numpy.random.Generator(numpy.random.PCG64(7))
    numbers = {
        "seeds": [
            {"seed": str(seed), "words": [str(int(word)) for word in numpy.random.PCG64(seed).random_raw(3)]}
            for seed in [0, 1, 7, 2**32 - 1, 2**32, 2**63 + 12345, 2**64 - 1]
        ],
        "below": [[bound, int(generator.integers(0, bound))] for bound in
                  [2, 3, 13, 1000, 2**31 + 1, 2**32 - 1, 2**32, 2**32 + 1, 2**40, 2**62 + 3] * 20],
        "last": generator.random().hex(),
    }
    made = {"versions": versions, "steps": STEPS, "numbers": numbers, "runs": runs}
    path = FOLDER / "gymnasium.json"
    if "--check" not in sys.argv:
        FOLDER.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(made) + "\n")
        return
    committed = json.loads(path.read_text())
    wrong = differences(committed, made)
    if committed["numbers"] != numbers:
        wrong.append("NumPy's random numbers are others")
    if wrong:
        sys.exit("Gymnasium does not do what the fixture says:\n" + "\n".join(wrong))
    print(f"Gymnasium {gymnasium.__version__} does what the fixture says")


main()
