"""Environment steps a second of whole trainings with stable-baselines3, as Benchmarks' `control` does them.

usage: control.py her|dqn|ppo|ppo475|cartpole|envpool [--steps N] [--threads N] [--seed K]
Needs stable-baselines3 2.9, Gymnasium 1.x and torch; envpool alone needs EnvPool.
"""

import argparse
import json
import time

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from stable_baselines3 import DQN, PPO, HerReplayBuffer
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


class BitFlip(gym.Env):
    """Switches to be set to a pattern drawn anew for each episode."""

    def __init__(self, bits=15):
        self.bits = bits
        bits_space = spaces.MultiBinary(bits)
        self.observation_space = spaces.Dict(
            observation=bits_space, achieved_goal=bits_space, desired_goal=bits_space
        )
        self.action_space = spaces.Discrete(bits)

    def _seen(self):
        return {
            "observation": self.state.copy(),
            "achieved_goal": self.state.copy(),
            "desired_goal": self.goal.copy(),
        }

    def compute_reward(self, achieved, desired, info):
        return np.all(achieved == desired, axis=-1).astype(np.float32) - 1

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        self.state = self.np_random.integers(0, 2, self.bits).astype(np.int8)
        self.goal = self.np_random.integers(0, 2, self.bits).astype(np.int8)
        return self._seen(), {}

    def step(self, action):
        self.state[action] ^= 1
        self.steps += 1
        reward = float(self.compute_reward(self.state, self.goal, {}))
        done = reward == 0
        return self._seen(), reward, done, self.steps >= self.bits, {"is_success": done}


def cartpoles(count, steps):
    """Gymnasium's own CartPole in NumPy arrays, with actions that do not depend on what is seen."""
    env = gym.make_vec("CartPole-v1", num_envs=count, vectorization_mode="vector_entry_point")
    env.reset(seed=0)
    actions = np.random.default_rng(0).integers(0, 2, count)
    begin = time.perf_counter()
    for _ in range(steps // count):
        env.step(actions)
    return steps // count * count / (time.perf_counter() - begin)


def envpools(count, steps, threads):
    """EnvPool's CartPole, the same way."""
    import envpool

    env = envpool.make("CartPole-v1", env_type="gymnasium", num_envs=count, num_threads=threads)
    env.reset()
    actions = np.random.default_rng(0).integers(0, 2, count).astype(np.int32)
    begin = time.perf_counter()
    for _ in range(steps // count):
        env.step(actions)
    return steps // count * count / (time.perf_counter() - begin)


class Reached(BaseCallback):
    """Ends learning when the mean return of the last hundred episodes is 475."""

    def _on_step(self):
        episodes = self.model.ep_info_buffer
        return not episodes or np.mean([episode["r"] for episode in episodes]) < 475


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("mode", choices=["her", "dqn", "ppo", "ppo475", "cartpole", "envpool"])
    parser.add_argument("--steps", type=int)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    if options.mode in ("cartpole", "envpool"):
        steps = options.steps or 10_000_000
        speed = (
            cartpoles(1_024, steps) if options.mode == "cartpole"
            else envpools(1_024, steps, options.threads)
        )
        print(json.dumps({"mode": options.mode, "steps": steps, "steps_per_second": speed}))
        return
    if options.mode == "her":
        steps = options.steps or 2_000
        env = BitFlip()
        model = DQN(
            "MultiInputPolicy", env, replay_buffer_class=HerReplayBuffer,
            replay_buffer_kwargs={"n_sampled_goal": 4, "goal_selection_strategy": "future"},
            policy_kwargs={"net_arch": [256, 256]}, learning_rate=1e-3, batch_size=256,
            train_freq=1, learning_starts=100, gamma=0.95, target_update_interval=500, seed=0,
            device="cpu",
        )
    elif options.mode == "dqn":
        steps = options.steps or 5_000
        env = gym.make("CartPole-v1")
        model = DQN(
            "MlpPolicy", env, policy_kwargs={"net_arch": [128, 128]}, learning_rate=1e-3,
            batch_size=64, train_freq=1, learning_starts=100, target_update_interval=500, seed=0,
            device="cpu",
        )
    else:
        steps = options.steps or (100_000 if options.mode == "ppo475" else 50_000)
        env = make_vec_env("CartPole-v1", n_envs=8)
        model = PPO(
            "MlpPolicy", env, n_steps=32, batch_size=256, n_epochs=20, gae_lambda=0.8, gamma=0.98,
            learning_rate=lambda left: left * 1e-3, clip_range=lambda left: left * 0.2, seed=options.seed,
            device="cpu",
        )
    begin = time.perf_counter()
    model.learn(steps, callback=Reached() if options.mode == "ppo475" else None)
    seconds = time.perf_counter() - begin
    if options.mode == "ppo475":
        print(json.dumps({
            "mode": options.mode, "seed": options.seed, "steps": model.num_timesteps,
            "seconds": seconds, "reached": model.num_timesteps < steps,
        }))
        return
    judge = BitFlip() if options.mode == "her" else gym.make("CartPole-v1")
    mean, _ = evaluate_policy(model, judge, n_eval_episodes=20, warn=False)
    print(json.dumps({
        "mode": options.mode, "threads": options.threads, "steps": steps,
        "steps_per_second": steps / seconds, "mean_return": float(mean),
    }))


if __name__ == "__main__":
    main()
