#!/usr/bin/env bash
# Every check of the project in one command: installs the outside judges that are missing, then runs
# formatting, lints, tests, documentation and the demo. Needs cargo, and apt-get with root or sudo
# for judges that are not there yet (Debian or Ubuntu).
set -euo pipefail
cd "$(dirname "$0")/.."

say() { printf '\n== %s\n' "$*"; }

declare -A judges=(
  [qpdf]=qpdf [mutool]=mupdf-tools [gs]=ghostscript [pdftotext]=poppler-utils
  [7zz]=7zip [xmllint]=libxml2-utils [python3]=python3 [zbarimg]=zbar-tools
)
missing=()
for command in "${!judges[@]}"; do
  command -v "$command" >/dev/null || missing+=("${judges[$command]}")
done
python3 -c 'import venv, ensurepip' 2>/dev/null || missing+=(python3-venv)
{ command -v cc && command -v c++; } >/dev/null || missing+=(build-essential)
[ -e /usr/share/fonts/truetype/ipamj/ipamjm.ttf ] || missing+=(fonts-ipamj-mincho)
if ((${#missing[@]})); then
  say "installing judges: ${missing[*]}"
  sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -q
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -yq --no-install-recommends "${missing[@]}"
fi

venv=target/judges
if ! "$venv/bin/python" -c 'import bagit, jsonschema, numpy, zxingcpp' 2>/dev/null; then
  say "installing judges: bagit, jsonschema, zxing-cpp"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check bagit==1.8.1 setuptools==80.9.0 jsonschema==4.25.1 \
    numpy==2.4.6 zxing-cpp==3.1.1
fi
export TAYORI_JUDGES="$PWD/$venv/bin"

say "formatting";    cargo fmt --all -- --check
say "lints";         cargo clippy --locked --all-targets -- -D warnings
say "documentation"; RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --quiet
say "tests";         cargo test --locked --quiet
say "fuzzing";       bash tests/fuzz/run.sh
# The tests built it; another build of it would build its dependencies once more.
say "forms";         target/debug/tayori forms lint --all
say "demo";          cargo run --locked --release --quiet -- demo --out target/demo
say "reading back"
for bag in target/demo/*/bagit.txt; do
  cargo run --locked --release --quiet -- verify --read-back=all "${bag%/bagit.txt}"
done
say "all checks passed"
