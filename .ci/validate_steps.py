"""Checks the scripts inside of workflows and actions with shellcheck.

    python validate_steps.py SHELLCHECK FILE...

Prints one line a file; exits with 1 where any script has a fault. `validate-workflows` runs it.
"""

import re
import subprocess
import sys
from pathlib import Path

from ruamel.yaml import YAML

# What the runner puts in before the shell sees it: a value without spaces, which needs no quotes.
EXPRESSION = re.compile(r"\$\{\{.*?\}\}", re.S)


def scripts(value):
    """Every `run` of a step, with the shell that it names."""
    if isinstance(value, dict):
        if isinstance(value.get("run"), str):
            yield value["run"], value.get("shell", "bash")
        for inner in value.values():
            yield from scripts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from scripts(inner)


def main(shellcheck, *files):
    good = True
    for path in files:
        found = [one for one in scripts(YAML(typ="safe").load(Path(path).read_text())) if one[1] == "bash"]
        faults = []
        for script, shell in found:
            command = [shellcheck, "--shell", shell, "--exclude", "SC2050", "-"]
            text = EXPRESSION.sub("VALUE", script)
            done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
            faults += [done.stdout + done.stderr] if done.returncode else []
        print(f"{'FAULTY' if faults else 'ok'}  {path} ({len(found)} scripts by shellcheck)")
        print("".join(faults), end="")
        good &= not faults
    return 0 if good else 1


sys.exit(main(*sys.argv[1:]))
