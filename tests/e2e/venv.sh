# To be sourced at the project's root: a Python environment under target/, first on the path, and
# `provide` for what goes into it. pip says what is missing, and does nothing where nothing is.

venv=$PWD/target/e2e-venv
if [ ! -x "$venv/bin/pip" ]; then
    if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
        if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
            echo "e2e: Python with venv is needed; install it: sudo apt-get install python3-venv" >&2
            exit 1
        fi
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-venv
    fi
    python3 -m venv "$venv"
fi
PATH=$venv/bin:$PATH

provide() {
    pip install --quiet --disable-pip-version-check "$@"
}
