"""The commands that come before the application: `python -m dialogue assets | serve`."""

import argparse
import sys


def main() -> None:
    """Do what the command line asks. `flask --help` lists the commands of the application itself."""
    parser = argparse.ArgumentParser(prog="python -m dialogue", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    assets = commands.add_parser("assets", help="build the browser's scripts")
    assets.add_argument("--strict", action="store_true", help="fail when they cannot be built")
    commands.add_parser("serve", help="serve Dialogue from this process (settings: HOST, PORT)")
    options = parser.parse_args()
    if options.command == "assets":
        _assets(strict=options.strict)
    else:
        _serve()


def _assets(strict: bool) -> None:
    from dialogue.setup.assets import NotBuiltError, build

    try:
        build()
    except NotBuiltError as reason:
        print(reason, file=sys.stderr)
        sys.exit(1 if strict else 0)


def _serve() -> None:
    from dialogue.server.embedded import start

    start()


if __name__ == "__main__":
    main()
