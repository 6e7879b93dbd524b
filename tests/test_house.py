"""The mechanical rules of the house: what a program can check about how the code is kept."""

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
FORBIDDEN_NAMES = {"utils", "helpers", "common", "misc"}
DOORS = {"web", "api", "live", "cli", "identity"}  # identity: who knocks, by cookie or by token
FLASK = {"flask", "flask_socketio", "flask_login", "flask_wtf", "flask_limiter"}
MAY_KNOW_FLASK = {"core", "live", "pages", "server"}  # the ground floor, the process that serves, composite pages
LONGEST_FILE = 250
LONGEST_DOOR = 350  # Pages and JSON: many short handlers are one module rather than two that import each other.
LONGEST_FUNCTION = 20
LARGEST_FILE = 1_000_000  # bytes


def in_git(pattern: str = "*") -> list[Path]:
    """Return the files the repository keeps, among them those about to be added."""
    # A checkout of another owner, as on build machines, is equivalent.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others"]
    command += ["--exclude-standard", "--", pattern]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    paths = (ROOT / name for name in listed.stdout.decode().split("\0") if name)
    return [path for path in paths if path.is_file()]


def modules() -> list[Path]:
    """Return the files of the package."""
    return in_git("dialogue/*.py")


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Return the functions of a file, inner ones too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def body_length(function: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str]) -> int:
    """Count the lines of a function's body; its docstring and blank lines are free."""
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    if not body:
        return 0
    written = lines[body[0].lineno - 1 : function.end_lineno]
    return sum(1 for line in written if line.strip())


class _Running(ast.NodeTransformer):
    """Leaves out what only a type checker reads."""

    def visit_If(self, node: ast.If) -> ast.AST | None:
        """Drop `if TYPE_CHECKING:`."""
        return None if isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING" else self.generic_visit(node)


def imported(path: Path) -> set[str]:
    """Return the top-level names of what a file imports when it runs."""
    names: set[str] = set()
    for node in ast.walk(_Running().visit(ast.parse(path.read_text()))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names


def test_the_house_is_in_git():
    assert ROOT / "pyproject.toml" in in_git()
    assert len(modules()) > 10


def test_the_lock_file_names_no_address():
    lock = (ROOT / "package-lock.json").read_text()
    assert "resolved" not in lock
    assert "registry" not in lock
    entries = [entry for name, entry in json.loads(lock)["packages"].items() if name]
    assert entries
    assert all(entry["integrity"].startswith("sha512-") for entry in entries)


def test_javascript_is_pinned_to_exact_versions():
    package = json.loads((ROOT / "package.json").read_text())
    pins = package["dependencies"] | package["devDependencies"]
    assert {name: pin for name, pin in pins.items() if not pin[0].isdigit()} == {}


def test_python_packages_are_pinned_to_exact_versions():
    for name in ("requirements.txt", "requirements-dev.txt"):
        lines = (ROOT / name).read_text().splitlines()
        assert [line for line in lines if line and line[0] not in "#-" and "==" not in line] == []


def test_no_large_file_is_kept():
    assert [str(path) for path in in_git() if path.stat().st_size > LARGEST_FILE] == []


def test_nothing_built_or_installed_is_kept():
    built = {"node_modules", "vendor", ".venv", ".tools", "instance"}
    assert [str(path) for path in in_git() if built & set(path.relative_to(ROOT).parts)] == []


def test_no_module_is_a_drawer_for_everything():
    named = [path for path in in_git("*.py") if {path.stem, path.parent.name} & FORBIDDEN_NAMES]
    assert named == []


def test_no_file_is_too_long():
    lengths = {path: len(path.read_text().splitlines()) for path in modules()}
    assert {str(path.relative_to(ROOT)): length for path, length in lengths.items()
            if length > (LONGEST_DOOR if path.stem in ("web", "api") else LONGEST_FILE)} == {}


def test_a_door_is_one_module_which_the_layer_contracts_bind():
    """`edit_web.py` beside `web.py` would escape the contracts, which know modules by their exact names."""
    parts = {path: set(path.stem.split("_")) for path in modules() if path.stem not in DOORS}
    outside_core = {path for path in parts if path.relative_to(ROOT / "dialogue").parts[0] not in MAY_KNOW_FLASK}
    assert sorted(str(path.relative_to(ROOT)) for path in outside_core if parts[path] & DOORS) == []


def test_no_function_is_too_long():
    long: dict[str, int] = {}
    for path in modules():
        lines = path.read_text().splitlines()
        for function in functions(path):
            length = body_length(function, lines)
            if length > LONGEST_FUNCTION:
                long[f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"] = length
    assert long == {}


def test_only_doors_know_flask():
    knowing = []
    for path in modules():
        noun, *rest = path.relative_to(ROOT / "dialogue").parts
        if rest and noun not in MAY_KNOW_FLASK and path.stem not in DOORS and imported(path) & FLASK:
            knowing.append(str(path.relative_to(ROOT)))
    assert knowing == []


def test_processes_and_threads_are_started_in_one_place_each():
    starts = re.compile(r"\bsubprocess\b|posix_spawn|os\.(fork|popen|system)\b|multiprocessing|Thread\(")
    found = {str(path.relative_to(ROOT / "dialogue")) for path in modules()
             for line in path.read_text().splitlines() if starts.search(line.partition("#")[0])}
    building = {name for name in found if name.startswith("setup/")}
    # The exports' runner starts a thread for the request that asks, or for a background task.
    assert found - building == {"core/child.py", "exports/jobs/runner.py"}


def test_no_request_hook_starts_background_work():
    hooks = {(str(path.relative_to(ROOT / "dialogue")), hook) for path in modules()
             for hook in re.findall(r"before_(?:app_)?request\((\w[\w.]*)\)", path.read_text())}
    assert hooks == {
        ("accounts/__init__.py", "web.offer_the_start"), ("accounts/identity.py", "_recognise"),
        ("core/http.py", "step"), ("server/monitoring.py", "_begin"),
    }  # They lead to the first page, say who asks, bound the request and measure it.


def test_each_noun_is_bound_by_the_import_rules():
    contracts = (ROOT / ".importlinter").read_text()
    packages = {path.parent for path in in_git("dialogue/*/__init__.py")}
    nouns = sorted(package.name for package in packages if package.parent == ROOT / "dialogue")
    assert [noun for noun in nouns if f"dialogue.{noun}" not in contracts] == []


def test_every_custom_element_of_the_pages_is_defined_and_used():
    pages = " ".join(path.read_text() for path in in_git("templates/*.html"))
    used = set(re.findall(r"<([a-z]+(?:-[a-z]+)+)\b", re.sub(r"\{#.*?#\}", "", pages, flags=re.DOTALL)))
    defined = set(re.findall(r'^  "([a-z-]+)": \w+,$', (ROOT / "static/src/app.js").read_text(), flags=re.MULTILINE))
    assert used <= defined
    assert {name for name in defined if name not in pages} == set()
