#!/usr/bin/env bash
# Fuzzes each target for SECONDS_EACH (60) seconds with libFuzzer on the stable compiler, starting from the
# repository's own forms, templates, faces and samples. A finding is a panic, a hang over 10 seconds
# or more than 2 GiB of memory; the input is then left in target/fuzz/<target>/ and the script fails.
# Usage: tests/fuzz/run.sh [target …]
set -euo pipefail
cd "$(dirname "$0")/../.."

seconds=${SECONDS_EACH:-60}
targets=("$@")
((${#targets[@]})) || targets=(form template font input drawing page)
triple=$(rustc -vV | sed -n 's/^host: //p')
out=target/fuzz
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares"
cargo build --quiet --locked --release --manifest-path tests/fuzz/Cargo.toml --target "$triple" --target-dir "$out/build"
programs=$out/build/$triple/release

# Seeds: a file each, named by what it holds, so that they are made anew without end.
seed() { mkdir -p "$out/$1/seeds"; cat > "$out/$1/seeds/$2"; }
for file in forms/*/*.toml tests/cases/forms/*/*.toml; do
  [ -f "$file" ] && seed form "$(tr / - <<<"$file")" < "$file"
done
n=0
grep -rhoE "\{[{%].*[%}]\}" forms --include='*.toml' | sort -u | while read -r line; do
  n=$((n + 1)); seed template "$n" <<<"$line"
done
for file in tests/fixtures/fonts/*.ttf fonts/OCRB.otf; do seed font "$(basename "$file")" < "$file"; done
for file in samples/*/*.csv; do head -c 4000 "$file" | seed input "$(tr / - <<<"$file")"; done
for file in tests/cases/artwork/*.svg; do seed drawing "$(basename "$file")" < "$file"; done
for file in tests/cases/artwork/*.pdf; do seed page "$(basename "$file")" < "$file"; done
# The words of the language, so that the fuzzer need not find them letter by letter.
{
  grep -ohE 'key\("[a-z_]+"' src/form/keys.rs src/form/keys/*.rs | sed -E 's/key\("(.*)"/"\1 = "/'
  grep -ohE 'spec\("[a-z_]+"' src/form/filter.rs | sed -E 's/spec\("(.*)"/"| \1"/'
  printf '"%s"\n' '[[face.first-front.text]]' '[[face.more-front.table]]' '{{ name }}' '{% if debit %}' '{% endif %}' \
    '{% for x in param.list %}' '{% endfor %}' '{% set x = 1 %}' '{% raw %}' 'tenant.' 'job.' 'param.' 'row.' 'loop.index'
} | sort -u > "$out/words"

for target in "${targets[@]}"; do
  mkdir -p "$out/$target/corpus"
  options=(-max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=0
    -artifact_prefix="$out/$target/")
  case $target in
    form|template) options+=(-dict="$out/words" -max_len=20000 -only_ascii=0) ;;
    font) options+=(-max_len=40000) ;;
    *) options+=(-max_len=8000) ;;
  esac
  echo "fuzzing $target for $seconds seconds"
  if ! "$programs/$target" "${options[@]}" "$out/$target/corpus" "$out/$target/seeds" > "$out/$target/log" 2>&1; then
    tail -n 60 "$out/$target/log"
    echo "a finding of $target: see $out/$target/"
    # Where only the log is kept, the input is in it.
    for finding in "$out/$target"/{oom,crash,timeout}-*; do
      [ -f "$finding" ] && echo "$finding as gzip and base64:" && gzip -9c "$finding" | base64 -w 0 && echo
    done
    exit 1
  fi
  sed -n 's/^stat::number_of_executed_units: */  executed: /p' "$out/$target/log"
done
