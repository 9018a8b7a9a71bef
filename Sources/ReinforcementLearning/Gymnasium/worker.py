# A worker of Hindsight's Gymnasium bridge: steps some environments in one process.
#
# Descriptor 3 is the socket that commands come in on, one byte each, 4 one whose other end closes when
# the parent ends, 5 a file that numbers are shared through. 1 and 2 go to a file that the parent reads.
import importlib
import json
import os
import signal
import struct
import sys
import traceback

CONTROL, LIFE, MEMORY = 3, 4, 5
numpy = gymnasium = None

# Packages that bring environments, by how their names begin.
PLUGINS = [
    (("Fetch", "PointMaze", "AntMaze", "Hand", "Adroit", "Franka"), "gymnasium_robotics",
     'gymnasium-robotics "mujoco==3.3.7"'),
    (("Panda",), "panda_gym", "panda-gym"),
    (("MiniGrid-", "BabyAI-"), "minigrid", "minigrid"),
    (("ALE/",), "ale_py", "ale-py"),
]


class Refused(Exception):
    """Something that is told to the parent instead of done."""

    def __init__(self, kind, message="", **more):
        super().__init__(message)
        self.content = dict(more, kind=kind, message=message)


def end_with_parent():
    # A signal ends even a process that is busy in a library; elsewhere a thread has to do.
    if sys.platform == "linux":
        import fcntl

        fcntl.fcntl(LIFE, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(LIFE, fcntl.F_SETFL, fcntl.fcntl(LIFE, fcntl.F_GETFL) | os.O_ASYNC)
    else:
        import threading

        def wait():
            os.read(LIFE, 1)
            os._exit(1)

        threading.Thread(target=wait, daemon=True).start()


def receive(count):
    data = b""
    while len(data) < count:
        part = os.read(CONTROL, count - len(data))
        if not part:
            os._exit(0)
        data += part
    return data


def message():
    return json.loads(receive(struct.unpack("<Q", receive(8))[0]))


def send(data):
    view = memoryview(data)
    while view:
        view = view[os.write(CONTROL, view):]


def answer(content=None, kind=b"k"):
    data = content if isinstance(content, bytes) else json.dumps(content).encode()
    send(kind + struct.pack("<Q", len(data)) + data)


def load_packages():
    global numpy, gymnasium
    for name in ("numpy", "gymnasium"):
        try:
            globals()[name] = importlib.import_module(name)
        except ImportError as error:
            missing = (error.name or name).split(".")[0]
            isPart = missing in ("gymnasium", "numpy")
            package = '"gymnasium>=1.0"' if isPart else missing
            raise Refused("missing", str(error), package=package)
    version = gymnasium.__version__
    if int(version.split(".")[0]) < 1:
        raise Refused("old", version, package='--upgrade "gymnasium>=1.0"')


def load_plugin(name):
    """Registers the environments of the package that a known name is from."""
    if ":" in name or name in gymnasium.registry:
        return
    for beginnings, module, package in PLUGINS:
        if name.startswith(beginnings):
            try:
                gymnasium.register_envs(importlib.import_module(module))
            except ImportError as error:
                raise Refused("missing", str(error), package=package)


def parsed(text):
    """What a setting's text means: JSON, then a Python literal, then the text."""
    try:
        return json.loads(text)
    except ValueError:
        pass
    try:
        import ast

        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        return text


def advice(error):
    """The packages that an error of Gymnasium says to install."""
    import re

    found = re.search(r"pip install ([^`]+)", str(error))
    return found.group(1).strip().strip('"').strip("'") if found else None


def make(config):
    name = config["name"]
    load_plugin(name)
    if ":" in name:
        sys.path.append(os.getcwd())
    arguments = {key: parsed(text) for key, text in config["arguments"].items()}
    limit = config.get("limit")
    if limit is not None:
        arguments["max_episode_steps"] = limit if limit > 0 else -1
    if config["render"]:
        arguments["render_mode"] = "rgb_array"
    try:
        return gymnasium.make(name, disable_env_checker=True, **arguments)
    except gymnasium.error.DependencyNotInstalled as error:
        raise Refused("missing", str(error), package='"%s"' % (advice(error) or "gymnasium[all]"))
    except gymnasium.error.Error as error:
        raise Refused("unknown", "%s" % error)
    except ModuleNotFoundError as error:
        raise Refused("unknown", "%s" % error)
    except Refused:
        raise
    except Exception as error:
        raise Refused("make", said(error), trace=traceback.format_exc())


def said(error):
    return "%s: %s" % (type(error).__name__, error)


# Spaces


def numbers(values):
    """Bounds for JSON, one number if all are the same and None for infinite ones."""
    values = [float(value) if numpy.isfinite(value) else None for value in values.reshape(-1)]
    return values[:1] if values and values.count(values[0]) == len(values) else values


def described(space, place, dropped):
    """A space as JSON; None for text, which is left out."""
    spaces = gymnasium.spaces
    if isinstance(space, spaces.Box):
        return {
            "kind": "box", "shape": list(space.shape), "low": numbers(space.low),
            "high": numbers(space.high),
        }
    if isinstance(space, spaces.Discrete):
        return {"kind": "discrete", "counts": [int(space.n)], "start": int(space.start)}
    if isinstance(space, spaces.MultiDiscrete):
        return {"kind": "multiDiscrete", "counts": [int(n) for n in space.nvec.reshape(-1)]}
    if isinstance(space, spaces.MultiBinary):
        return {"kind": "multiBinary", "counts": [int(numpy.prod(space.shape))]}
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        isDict = isinstance(space, spaces.Dict)
        fields = []
        for name, part in space.spaces.items() if isDict else enumerate(space.spaces):
            known = described(part, "%s/%s" % (place, name) if place else str(name), dropped)
            if known is not None:
                fields.append({"name": str(name), "space": known})
        if fields:
            return {"kind": "dictionary" if isDict else "tuple", "fields": fields}
        return None
    isText = space.dtype is not None and numpy.dtype(space.dtype).kind == "U"
    if isinstance(space, spaces.Text) or isText:
        dropped.append(place)
        return None
    raise Refused("space", "%s%s" % (place + ": " if place else "", space))


class Wrong(Exception):
    """An observation that is not what its space says."""


def writer(space):
    """A function that writes a value's numbers into a row, and how many they are; None for text."""
    spaces = gymnasium.spaces
    if isinstance(space, (spaces.Box, spaces.MultiBinary)):
        return array_writer(space.shape, space.dtype, 0)
    if isinstance(space, spaces.MultiDiscrete):
        return array_writer(space.shape, space.dtype, space.start)
    if isinstance(space, spaces.Discrete):
        return discrete_writer(int(space.n), int(space.start))
    if isinstance(space, (spaces.Dict, spaces.Tuple)):
        return parts_writer(space)
    return None


def array_writer(shape, dtype, start):
    isReal = dtype.kind == "f"
    isFlat = len(shape) == 1
    allowed = "fiub" if isReal else "iub"
    isShifted = bool(numpy.any(start))

    def write(row, value):
        if type(value) is not numpy.ndarray:
            value = numpy.asarray(value)
        if value.shape != shape:
            raise Wrong("its shape is %s instead of %s" % (value.shape, shape))
        if value.dtype.kind not in allowed:
            raise Wrong("its type is %s instead of %s" % (value.dtype, dtype))
        if isShifted:
            value = value - start
        row[:] = value if isFlat else value.reshape(-1)

    return write, int(numpy.prod(shape))


def discrete_writer(count, start):
    def write(row, value):
        try:
            index = int(value)
        except (TypeError, ValueError):
            raise Wrong("%r is no whole number" % (value,))
        if index != value or not start <= index < start + count:
            raise Wrong("%r is not in %d..<%d" % (value, start, start + count))
        row[0] = index - start

    return write, 1


def parts_writer(space):
    isDict = isinstance(space, gymnasium.spaces.Dict)
    parts, place = [], 0
    for key, part in space.spaces.items() if isDict else enumerate(space.spaces):
        known = writer(part)
        if known is not None:
            parts.append((key, known[0], place, place + known[1]))
            place += known[1]

    def write(row, value):
        if not isinstance(value, dict if isDict else (tuple, list)):
            raise Wrong("it is a %s instead of a %s" % (type(value).__name__, space))
        for key, write_part, first, end in parts:
            try:
                part = value[key]
            except (KeyError, IndexError):
                raise Wrong("%s is missing" % (key,))
            try:
                write_part(row[first:end], part)
            except Wrong as error:
                raise Wrong("%s: %s" % (key, error))

    return write, place


def action_reader(space):
    """A function that makes what the environments take of rows of numbers."""
    spaces = gymnasium.spaces
    if isinstance(space, spaces.Discrete):
        start = int(space.start)
        return lambda rows: [int(index) + start for index in rows[:, 0].tolist()]
    shape, dtype = space.shape, space.dtype
    start = getattr(space, "start", 0)
    if dtype.kind == "f":
        return lambda rows: [row.astype(dtype).reshape(shape) for row in rows]
    return lambda rows: [
        (numpy.rint(row).astype(dtype).reshape(shape) + start).astype(dtype) for row in rows
    ]


# Environments


def goal_parts(space):
    names = ("observation", "achieved_goal", "desired_goal")
    isDict = isinstance(space, gymnasium.spaces.Dict)
    return names if isDict and all(name in space.spaces for name in names) else None


def attribute(env, name):
    """An attribute of the outermost wrapper that has it, or of a task within; None if there is none."""
    try:
        return env.get_wrapper_attr(name)
    except AttributeError:
        return getattr(getattr(env.unwrapped, "task", None), name, None)


def versions(env):
    """Python and packages that the environment is made of."""
    from importlib import metadata
    import platform

    found = {"python": platform.python_version()}
    roots = ["gymnasium", "numpy", type(env.unwrapped).__module__.split(".")[0]]
    roots += [name for name in ("mujoco", "pybullet", "Box2D", "ale_py") if name in sys.modules]
    try:
        packages = metadata.packages_distributions()
    except Exception:
        packages = {}
    for root in roots:
        for package in packages.get(root, [root])[:1]:
            try:
                found[package.lower()] = metadata.version(package)
            except metadata.PackageNotFoundError:
                pass
    return found


class Worker:
    def open(self):
        self.config = message()
        load_packages()
        self.isResetting = self.config["resets"]
        self.envs = []
        for _ in range(self.config["count"]):
            self.envs.append(make(self.config))
        first = self.envs[0]
        self.goals = goal_parts(first.observation_space)
        if self.goals and attribute(first, "compute_reward") is None:
            self.goals = None
        parts = (
            [first.observation_space[name] for name in self.goals]
            if self.goals else [first.observation_space]
        )
        description = self.description(first)
        self.writers = [writer(part)[0] for part in parts]
        self.actions_of = action_reader(first.action_space)
        answer(description)

    def description(self, env):
        dropped = []
        seen = described(env.observation_space, "", dropped)
        if seen is None:
            raise Refused("space", "%s" % env.observation_space)
        action = env.action_space
        spaces = gymnasium.spaces
        kinds = (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)
        if not isinstance(action, kinds):
            raise Refused("space", "actions: %s" % action)
        spec = env.spec
        thresholds = [attribute(env, "distance_threshold"), 0.45, 0.05] if self.goals else []
        return {
            "observation": seen, "action": described(action, "", []),
            "dropped": dropped, "goals": self.goals is not None,
            "limit": spec.max_episode_steps if spec else None,
            "solved": spec.reward_threshold if spec else None, "versions": versions(env),
            "thresholds": [float(value) for value in thresholds if value is not None],
        }

    def map(self):
        import mmap

        layout = message()
        memory = mmap.mmap(MEMORY, layout["bytes"])
        count = len(self.envs)

        def rows(name, dtype):
            place, amount = layout["parts"][name]
            return numpy.frombuffer(memory, dtype, amount, place)

        def matrices(prefix):
            names = [prefix + part for part in ("", "Achieved", "Desired")][: len(self.writers)]
            return [rows(name, numpy.float32).reshape(count, -1) for name in names]

        self.seeds = rows("seeds", numpy.uint64)
        self.rewards = rows("rewards", numpy.float64)
        self.progress = rows("progress", numpy.int64)
        self.next, self.current = matrices("next"), matrices("current")
        self.actions = rows("actions", numpy.float32).reshape(count, -1)
        self.terminated = rows("terminated", numpy.uint8)
        self.truncated = rows("truncated", numpy.uint8)
        self.success = rows("success", numpy.uint8)
        self.wanted = rows("wanted", numpy.uint8)
        if self.goals:
            width = self.next[1].shape[1]
            self.pairs = [
                rows(name, numpy.float32).reshape(-1, width) for name in ("achieved", "desired")
            ]
            self.pair_rewards = rows("pairRewards", numpy.float64)
            self.pair_ends = rows("pairEnds", numpy.uint8)
        send(b"k")

    def write(self, blocks, index, value):
        try:
            if self.goals:
                if not isinstance(value, dict):
                    raise Wrong("it is a %s instead of a dictionary" % type(value).__name__)
                for name, write, block in zip(self.goals, self.writers, blocks):
                    if name not in value:
                        raise Wrong("%s is missing" % name)
                    write(block[index], value[name])
            else:
                self.writers[0](blocks[0][index], value)
        except Wrong as error:
            raise Refused("observation", str(error))

    def reset(self):
        for index, env in enumerate(self.envs):
            wanted = self.wanted[index]
            if wanted:
                self.progress[0] = index
                seed = int(self.seeds[index]) if wanted == 2 else None
                self.write(self.current, index, env.reset(seed=seed)[0])
        self.progress[0] = -1
        send(b"k")

    def step(self):
        actions = self.actions_of(self.actions)
        terminated, truncated, rewards = self.terminated, self.truncated, self.rewards
        progress, success, isResetting = self.progress, self.success, self.isResetting
        hasGoals, following, write = self.goals is not None, self.next, self.write
        fast = None if hasGoals else self.writers[0]
        block = following[0]
        for index, env in enumerate(self.envs):
            progress[0] = index
            result = env.step(actions[index])
            if len(result) != 5:
                raise Refused(
                    "contract", "step returned %d values instead of 5; environments older than "
                    "Gymnasium have to be converted (package shimmy)" % len(result))
            seen, reward, end, cut, info = result
            if fast:
                try:
                    fast(block[index], seen)
                except Wrong as error:
                    raise Refused("observation", str(error))
            else:
                write(following, index, seen)
            rewards[index] = reward
            terminated[index] = end = bool(end)
            truncated[index] = cut = bool(cut)
            reached = info.get("is_success", info.get("success"))
            success[index] = 2 if reached is None else bool(reached)
            if isResetting and (end or cut):
                write(self.current, index, env.reset()[0])
        progress[0] = -1
        send(b"k")

    def reward(self):
        """Rewards of pairs of goals, and whether they end an episode if that is asked for."""
        count, hasEnds = struct.unpack("<QB", receive(9))
        env = self.envs[0]
        shape, dtype = env.observation_space["desired_goal"].shape, None
        kind = env.observation_space["desired_goal"].dtype
        achieved, desired = (
            pairs[:count].astype(numpy.float64 if kind.kind == "f" else kind)
            .reshape((count,) + tuple(shape)) for pairs in self.pairs
        )
        self.pair_rewards[:count] = by_row(
            attribute(env, "compute_reward"), achieved, desired, ({},), count)
        ends = attribute(env, "compute_terminated")
        success = attribute(env, "is_success")
        if not hasEnds or (ends is None and success is None):
            self.pair_ends[:count] = 0
        elif ends is not None:
            # Many of them answer for one pair only.
            self.pair_ends[:count] = [
                bool(ends(one, other, {})) for one, other in zip(achieved, desired)]
        else:
            self.pair_ends[:count] = by_row(success, achieved, desired, (), count)
        send(b"k")

    def frame(self):
        picture = self.envs[0].render()
        picture = numpy.ascontiguousarray(picture, numpy.uint8)
        if picture.ndim != 3 or picture.shape[2] != 3:
            raise Refused("render", "a picture of shape %s" % (picture.shape,))
        answer(struct.pack("<II", picture.shape[1], picture.shape[0]) + picture.tobytes())

    def serve(self):
        commands = {
            b"o": self.open, b"m": self.map, b"r": self.reset, b"s": self.step,
            b"g": self.reward, b"f": self.frame,
        }
        while True:
            command = receive(1)
            if command == b"q":
                self.close()
            try:
                commands[command]()
            except Refused as error:
                answer(error.content, b"e")
            except (Exception, SystemExit) as error:
                answer(
                    {"kind": "raised", "message": said(error), "trace": traceback.format_exc()},
                    b"e")

    def close(self):
        for env in self.envs:
            try:
                env.close()
            except Exception:
                pass
        sys.stdout.flush()
        os._exit(0)


def by_row(function, achieved, desired, more, count):
    """A function's results for all pairs, one by one if it cannot take them together."""
    try:
        result = numpy.asarray(function(achieved, desired, *more), numpy.float64)
        if result.shape == (count,):
            return result
    except Exception:
        if count == 1:
            raise
    return numpy.array([
        float(function(one, other, *more)) for one, other in zip(achieved, desired)])


if sys.version_info < (3, 8):
    answer({"kind": "python", "message": sys.version.split()[0]}, b"e")
    os._exit(1)
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
if sys.platform == "linux" and "DISPLAY" not in os.environ:
    os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
sys.path[:] = [path for path in sys.path if path != ""]
end_with_parent()
Worker().serve()
