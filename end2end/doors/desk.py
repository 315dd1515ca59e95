"""A server of its own for the checks from outside: `wxdesk serve --sandbox` on free ports, keys made by the command line."""

import os
import pathlib
import re
import signal
import socket
import subprocess
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = os.environ.get("WXDESK_BIN", str(ROOT / "target" / "debug" / "wxdesk"))
APP_ID = "wxsandbox0000001"
PASSWORD = "correct horse battery"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Desk:
    """A running server; `with Desk() as desk:`."""

    def __init__(self, **environment):
        self.folder = tempfile.TemporaryDirectory(prefix="wxdesk-doors-")
        self.port, self.ops, self.platform = free_port(), free_port(), free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.sandbox = f"http://127.0.0.1:{self.platform}"
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("WXDESK_")} | environment
        self.process = None

    def __enter__(self):
        data = os.path.join(self.folder.name, "data")
        listens = ["--listen", f"127.0.0.1:{self.port}", "--ops-listen", f"127.0.0.1:{self.ops}"]
        command = [BINARY, "serve", "--sandbox", *listens, "--sandbox-listen", f"127.0.0.1:{self.platform}", "--data", data]
        self.log_path = pathlib.Path(self.folder.name) / "server.log"
        self.process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=self.log_path.open("w"), text=True, env=self.environment
        )
        for line in self.process.stdout:
            if re.match(r"Set up: ", line):
                return self
        raise SystemExit(f"The server stopped:\n{self.log()}")

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        self.folder.cleanup()

    def command(self, *words, text=""):
        """One command beside the running server; what it said."""
        data = os.path.join(self.folder.name, "data-sandbox")
        done = subprocess.run(
            [BINARY, *words, "--data", data], input=text, capture_output=True, text=True, check=False, env=self.environment
        )
        if done.returncode:
            raise SystemExit(f"{words}: {done.stderr}")
        return done.stdout.strip()

    def key(self, name, *scopes):
        """An API key; known to the server once this returns."""
        made = self.command("key", "create", name, "--scope", ",".join(scopes))
        self.seen()
        return made

    def seen(self):
        """What a command changed is seen within 2 s."""
        time.sleep(2.1)

    def log(self):
        return self.log_path.read_text()
