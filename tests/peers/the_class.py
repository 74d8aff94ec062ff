"""The page's class as a module, made at run time of the source that the command read from the page."""

import sys
import types


def load(run):
    """Makes `clore_client` importable, as the page says it should be saved, with the sandbox's address."""
    module = types.ModuleType("clore_client")
    exec(compile(run.told["class"], "clore_client", "exec"), module.__dict__)
    module.CloreClient.BASE_URL = run.url
    sys.modules["clore_client"] = module
    return module.CloreClient


class StandInForParamiko:
    """Takes the place of paramiko: SSH is left out of this run, so nothing is dialled; it notes what was asked."""

    def __init__(self):
        self.asked = []
        self.policy = None
        stand_in = self

        class SSHClient:
            def set_missing_host_key_policy(self, policy):
                stand_in.policy = type(policy).__name__

            def connect(self, **options):
                stand_in.asked.append(options)

        module = types.ModuleType("paramiko")
        module.SSHClient = SSHClient
        module.AutoAddPolicy = type("AutoAddPolicy", (), {})
        sys.modules["paramiko"] = module
