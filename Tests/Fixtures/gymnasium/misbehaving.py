"""Environments that break their contract, each in a way of its own, for the tests of the Gymnasium bridge."""

import os
import sys
import time

import gymnasium
import numpy


class Misbehaving(gymnasium.Env):
    """Behaves until its third step and then as `how` says."""

    def __init__(self, how="well"):
        self.how = how
        self.observation_space = gymnasium.spaces.Box(-9, 9, (2,), numpy.float32)
        self.action_space = gymnasium.spaces.Discrete(2)

    def seen(self):
        return numpy.array([self.steps, 0], numpy.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.steps = 0
        return self.seen(), {}

    def step(self, action):
        self.steps += 1
        observation, reward = self.seen(), 1.0
        if self.how == "prints":
            print("something on standard output", flush=True)
            os.write(1, b"kkkk")
        if self.steps == 3:
            if self.how == "dies":
                sys.stderr.write("these are my last words\n")
                sys.stderr.flush()
                os.kill(os.getpid(), 9)
            elif self.how == "exits":
                os._exit(7)
            elif self.how == "hangs":
                time.sleep(1000)
            elif self.how == "raises":
                raise ValueError("the third step")
            elif self.how == "nan":
                observation[1] = numpy.nan
            elif self.how == "reward":
                reward = float("inf")
            elif self.how == "shape":
                observation = numpy.zeros(3, numpy.float32)
            elif self.how == "type":
                observation = numpy.array(["a", "b"])
        return observation, reward, False, self.steps == 5, {}


gymnasium.register("Misbehaving-v0", Misbehaving)
