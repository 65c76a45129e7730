"""Writes THIRD-PARTY.md: the licences of all that is linked into the two programs.

    python3 .ci/third_party.py            writes it
    python3 .ci/third_party.py --check    exits with 1 if it is not what it would be written as

The packages are those that `cargo metadata` lists as dependencies of the programs on any of the
released platforms, without those that only tests or builds need.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "THIRD-PARTY.md"
PROGRAMS = ["invite-conformance", "invite-reference"]
# A licence's text, or a notice that has to go with it.
NOTICE = re.compile(r"^(un)?(licen[sc]e|copying|copyright|notice)", re.IGNORECASE)
# For packages that carry no file. Both are this repository's own licences.
APACHE, MIT = ROOT / "LICENSE-APACHE", ROOT / "LICENSE-MIT"
HEAD = """\
# Third-party notices

The programs of this repository contain these packages. `python3 .ci/third_party.py` makes this file from
the lock file; CI checks that it is up to date.

| package | licence |
| --- | --- |
"""


def targets():
    """The platforms that are released, as dist-workspace.toml lists them."""
    text = (ROOT / "dist-workspace.toml").read_text(encoding="utf-8")
    return re.findall(r'"([^"]+)"', re.search(r"^targets = \[(.*?)\]", text, re.S | re.M).group(1))


def metadata():
    command = ["cargo", "metadata", "--locked", "--format-version", "1"]
    for target in targets():
        command += ["--filter-platform", target]
    return json.loads(subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout)


def linked(data):
    """The packages from a registry that a program is linked with."""
    packages = {package["id"]: package for package in data["packages"]}
    edges = {node["id"]: node["deps"] for node in data["resolve"]["nodes"]}
    makes_code = {
        package["id"]
        for package in data["packages"]
        for target in package["targets"]
        if target["kind"] == ["proc-macro"]
    }
    members = set(data["workspace_members"])
    todo = [one["id"] for one in data["packages"] if one["name"] in PROGRAMS and one["id"] in members]
    found = set()
    while todo:
        one = todo.pop()
        if one in found or one in makes_code:
            continue
        found.add(one)
        for edge in edges[one]:
            if any(kind["kind"] is None for kind in edge["dep_kinds"]):
                todo.append(edge["pkg"])
    outside = [packages[one] for one in found if one not in members]
    return sorted(outside, key=lambda one: (one["name"], one["version"]))


def texts(package):
    """The texts that have to go with a package. Where it may be used under Apache-2.0 it is, since one
    text then does for all; the others bring their own files."""
    folder = Path(package["manifest_path"]).parent
    files = sorted(path for path in folder.iterdir() if path.is_file() and NOTICE.match(path.name))
    if package["license_file"]:
        files.append(folder / package["license_file"])
    found = [path.read_text(encoding="utf-8", errors="replace") for path in dict.fromkeys(files)]
    if "Apache-2.0" in re.split(r" OR | ?/ ?", package["license"]):
        notices = [path.read_text(encoding="utf-8") for path in files if path.name.startswith("NOTICE")]
        found = [APACHE.read_text(encoding="utf-8"), *notices]
    found = found or standard(package)
    lines = lambda text: "\n".join(line.rstrip() for line in text.strip("\n").splitlines())
    return [lines(text) for text in found]


def standard(package):
    """The text of a licence that is the same for everybody, but for who holds the copyright."""
    if "Apache-2.0" in package["license"]:
        return [APACHE.read_text(encoding="utf-8")]
    if "MIT" in package["license"]:
        holders = ", ".join(package["authors"]) or f"the authors of {package['name']}"
        text = MIT.read_text(encoding="utf-8")
        return [re.sub(r"^Copyright.*$", f"Copyright (c) {holders}", text, count=1, flags=re.M)]
    sys.exit(f"{package['name']} has no licence file: add the text of {package['license']} by hand")


def written():
    rows, groups = [], {}
    for package in linked(metadata()):
        name = f"{package['name']} {package['version']}"
        link = f"[{name}]({package['repository']})" if package["repository"] else name
        rows.append(f"| {link} | {package['license'] or 'see below'} |\n")
        for text in texts(package):
            # Texts that differ in nothing but their layout are one.
            groups.setdefault(" ".join(text.split()).lower(), (text, []))[1].append(name)
    parts = [HEAD, *rows]
    for text, names in groups.values():
        fence = "~~~~"
        parts.append(f"\n## {', '.join(dict.fromkeys(names))}\n\n{fence}text\n{text}\n{fence}\n")
    return "".join(parts)


def main():
    text = written()
    if sys.argv[1:] == ["--check"]:
        if not FILE.exists() or FILE.read_text(encoding="utf-8") != text:
            sys.exit("THIRD-PARTY.md is not up to date: run `python3 .ci/third_party.py`")
        print("ok  THIRD-PARTY.md")
    else:
        FILE.write_text(text, encoding="utf-8")


main()
