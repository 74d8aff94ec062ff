"""How a script of the peers run speaks with the command that started it (`tests/src/bin/peers`).

One JSON object a line: on stdin first what the script needs (`url`, `key`, and for the class its source and the page's
examples), later the answers to its questions; on stdout a line per step, per question, and one of coverage at the end.
A peer is never changed: a step calls it and notes what came of it.
"""

import asyncio
import contextlib
import inspect
import io
import json
import socket
import sys
import time

SECRET_OPTIONS = ("api_key", "password", "ssh_password", "jupyter_token")
LONGEST = 400


def stay_on_this_machine():
    """No byte of this run may reach the live service, whatever address a peer falls back to."""
    resolve = socket.getaddrinfo

    def loopback_only(host, *args, **kwargs):
        name = host.decode() if isinstance(host, bytes) else host
        if name not in ("127.0.0.1", "localhost", "::1"):
            raise OSError(f"the peers run resolves no other host than this machine: {name}")
        return resolve(host, *args, **kwargs)

    socket.getaddrinfo = loopback_only


def plain(value, depth=0):
    """The value as JSON can say it, models included."""
    if hasattr(value, "model_dump"):
        return value.model_dump(by_alias=True)
    if isinstance(value, (list, tuple)) and depth < 4:
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, dict) and depth < 4:
        return {str(key): plain(item, depth + 1) for key, item in value.items()}
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return type(value).__name__


def in_short(value):
    """A value as a call's words show it."""
    if value is None or isinstance(value, (bool, int, float, str, list, tuple, dict)):
        text = repr(value)
        return text if len(text) <= 60 else text[:57] + "…"
    return getattr(value, "__qualname__", type(value).__name__)


class Run:
    """The steps of one script against one peer."""

    def __init__(self):
        stay_on_this_machine()
        self.out = sys.stdout
        self.told = json.loads(sys.stdin.readline())
        self.url, self.key = self.told["url"], self.told["key"]
        self.seen = {}

    def say(self, **line):
        text = json.dumps(line, allow_nan=True)
        self.out.write(text + "\n")
        self.out.flush()

    def tell(self, **line):
        """Says what came of a step, and waits until it is noted with what the sandbox saw of it until now."""
        self.say(**line)
        sys.stdin.readline()

    def ask(self, what, **more):
        """Asks the command that started this script, which knows what the sandbox really did."""
        self.say(ask=what, **more)
        return json.loads(sys.stdin.readline())

    def orders(self):
        """The ledger: what was really rented, oldest first, by `order_id`, `server_id`, `open`."""
        return self.ask("orders")

    def last_order(self):
        return self.orders()[-1]["order_id"]

    def fault(self, text):
        """Scripts a fault of the sandbox, such as `create_order#1=lose`."""
        self.ask("fault", text=text)

    def rest(self, seconds=1.1):
        time.sleep(seconds)

    def step(self, name, call, *args, show=None, **options):
        """Calls the peer, notes what came of it, and gives back its value, or None when it raised."""
        begun = self._begin(call, args, options)
        try:
            value = call(*args, **options)
        except Exception as error:  # whatever a peer raises is a finding
            return self._failed(name, begun, error)
        return self._done(name, begun, value, show)

    async def step_async(self, name, call, *args, show=None, **options):
        """As `step`, for a peer that is awaited or is not."""
        begun = self._begin(call, args, options)
        try:
            value = call(*args, **options)
            if inspect.isawaitable(value):
                value = await value
        except Exception as error:
            return self._failed(name, begun, error)
        return self._done(name, begun, value, show)

    def example(self, name, code, namespace):
        """Runs a block of the page as it stands there; what it prints is the value."""
        printed = io.StringIO()
        begun = (time.monotonic(), name)
        try:
            with contextlib.redirect_stdout(printed):
                exec(compile(code, name, "exec"), namespace)
        except Exception as error:
            return self._failed(name, begun, error)
        self._done(name, begun, printed.getvalue().strip(), None)
        return True

    def note(self, name, call, value):
        """A step that calls no peer but looks at what one gave."""
        self.tell(step=name, call=call, ok=True, value=plain(value), seconds=0.0)

    def _begin(self, call, args, options):
        name = "__init__" if inspect.isclass(call) else call.__name__
        bound = inspect.signature(call).bind_partial(*args, **options).arguments
        self.seen.setdefault(name, set()).update(bound)
        words = [f"{key}={'…' if key in SECRET_OPTIONS else in_short(value)}" for key, value in bound.items()]
        shown = call.__name__ if name == "__init__" else name
        return time.monotonic(), f"{shown}({', '.join(words)})"[:LONGEST]

    def _done(self, name, begun, value, show):
        started, call = begun
        seconds = time.monotonic() - started
        self.tell(step=name, call=call, ok=True, value=plain(show(value) if show else value), seconds=seconds)
        return value

    def _failed(self, name, begun, error):
        started, call = begun
        seconds = time.monotonic() - started
        kind = type(error).__name__
        self.tell(step=name, call=call, ok=False, error=kind, text=str(error)[:4 * LONGEST], seconds=seconds)
        return None

    def covered(self, peer):
        """Says which methods and options of the peer no step has used: there must be none."""
        missing = []
        for method, options in surface(peer).items():
            used = self.seen.get(method)
            if used is None:
                missing.append(method)
            else:
                missing += [f"{method}({option}=)" for option in options if option not in used]
        self.say(covered=peer.__name__, methods=sorted(surface(peer)), missing=missing)


def surface(peer):
    """Every public method of a class with its options and their defaults, the constructor and `with` among them."""
    methods = {}
    for name, member in inspect.getmembers(peer, callable):
        ours = name in ("__init__", "__enter__", "__exit__", "__aenter__", "__aexit__") and name in vars(peer)
        if not (ours or not name.startswith("_")):
            continue
        options = {}
        for option, parameter in inspect.signature(member).parameters.items():
            variadic = parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
            if option == "self" or variadic:
                continue
            required = parameter.default is inspect.Parameter.empty
            options[option] = None if required else repr(parameter.default)
        methods[name] = options
    return methods


def run_async(main):
    asyncio.run(main)
