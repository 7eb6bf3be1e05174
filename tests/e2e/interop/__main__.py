"""Lets each library judge good and bad tokens of each algorithm, prints who can do what, and fails where
a bad token is accepted or docs/interop.md and the README say something else."""

import re
import subprocess
import sys
import tempfile

from jeton import AUDIENCE, Jeton
from libraries import EXAMPLES, ROOT, verdicts, versions
from tokens import cases

ALGORITHMS = ["ES256", "RS256", "PS256", "EdDSA", "HS256"]


def judge(program, algorithm, mistakes):
    """The libraries that can do this algorithm."""
    with Jeton(program, algorithm) as jeton:
        tried = list(cases(jeton))
        for what, token, reason in tried:
            said = jeton.verify(token)
            if said != reason and (reason or not isinstance(said, dict)):
                mistakes.append(f"{algorithm}: jeton says {said} of {what}, not {reason}")
        settings = {"issuer": jeton.issuer, "audience": AUDIENCE, "algorithm": algorithm}
        if jeton.secret:
            settings["secret"] = jeton.secret
        expected = jeton.verify(tried[0][1])
        found = verdicts(settings, [token for _, token, _ in tried])
        if algorithm == "ES256":
            readme(jeton, mistakes)
    can = set()
    for library, answers in found.items():
        if answers[0] is not None:
            can.add(library)
            if answers[0] != expected:
                mistakes.append(f"{algorithm}: {library} reads other claims than jeton: {answers[0]}")
        for (what, _, reason), answer in zip(tried, answers):
            if (answer is not None) != (reason is None and library in can):
                mistakes.append(f"{algorithm}: {library} {'refuses' if answer is None else 'accepts'} {what}")
    return can


def readme(jeton, mistakes):
    """The README's lines for Python work as they stand, but for the address."""
    (lines,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    with tempfile.NamedTemporaryFile("w", suffix=".py") as file:
        file.write(lines.replace("http://127.0.0.1:8080", jeton.issuer))
        file.flush()
        for token, is_good in [(jeton.sign_in(jeton.issuer), True), (jeton.sign_in(), False)]:
            done = subprocess.run([sys.executable, file.name, token], capture_output=True, text=True, timeout=60)
            if (done.returncode == 0 and "notes:read" in done.stdout) != is_good:
                mistakes.append(f"the README's lines for Python: {done.stdout}{done.stderr}")


def table(can):
    """Who can do what, as it stands in docs/interop.md."""
    rows = [["library", "version", *ALGORITHMS], ["---"] * (2 + len(ALGORITHMS))]
    for library, version in versions().items():
        if library != "jwks-rsa":
            rows.append([library, version, *("yes" if library in can[name] else "no" for name in ALGORITHMS)])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def main():
    mistakes = []
    can = {algorithm: judge(sys.argv[1], algorithm, mistakes) for algorithm in ALGORITHMS}
    found = table(can)
    print(found)
    page = (ROOT / "docs/interop.md").read_text()
    if found not in page:
        mistakes.append("docs/interop.md has another table than the one above")
    for example in sorted([*EXAMPLES.glob("*.mjs"), *EXAMPLES.glob("*.py")]):
        if example.read_text() not in page:
            mistakes.append(f"docs/interop.md does not show {example.relative_to(ROOT)} as it is")
    for mistake in mistakes:
        print(f"interop: {mistake}", file=sys.stderr)
    raise SystemExit(bool(mistakes))


main()
