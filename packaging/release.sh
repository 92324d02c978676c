#!/usr/bin/env bash
# Builds what a release consists of: a static binary, what belongs beside it, and checksums.
# The binary is linked against glibc statically: it runs on any Linux of this processor.
#
#   packaging/release.sh            everything
#   packaging/release.sh --binary   the binary alone, as tests/reproducible compares it
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(rustc --print host-tuple)
dist="${CARGO_TARGET_DIR:-target}/dist"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
name="annals-$version-$target"

# No panic passes through C, so SQLite needs no tables to unwind it.
export CFLAGS="-fno-asynchronous-unwind-tables -fno-unwind-tables"
# With --target the flags reach our code alone, and not the build scripts, which cannot be static.
# Functions of equal code are kept once. Paths of the building machine do not belong into it.
export RUSTFLAGS="-C target-feature=+crt-static -C link-arg=-Wl,-z,pack-relative-relocs \
  -C link-arg=-Wl,--icf=all \
  --remap-path-prefix=$HOME=~ \
  --remap-path-prefix=$PWD=annals"
ANNALS_COMMIT=${ANNALS_COMMIT:-$(git rev-parse --short HEAD 2>/dev/null || echo unknown)}
export ANNALS_COMMIT
# Files that are embedded carry times: the commit's, not those of whoever checked them out.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
export SOURCE_DATE_EPOCH
cargo build --release --locked --target "$target"

rm -rf "$dist"
mkdir -p "$dist/$name"
strip -o "$dist/annals" "${CARGO_TARGET_DIR:-target}/$target/release/annals"
[[ ${1:-} != --binary ]] || exit 0
tests/smoke "$dist/annals"
cp "$dist/annals" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE schema.sql \
  packaging/annals.service packaging/annals.env "$dist/$name/"
cp assets/LICENSE-icons.txt "$dist/$name/"
# What the README shows and links to.
mkdir -p "$dist/$name/packaging"
cp packaging/screenshot.png packaging/performance.md packaging/security.md \
  packaging/growth.svg "$dist/$name/packaging/"
# What is inside: every crate, and SQLite, with version, licence and digest.
tests/dependencies --sbom >"$dist/$name/annals.cdx.json"

tar -C "$dist" --sort=name --owner=0 --group=0 --mtime=@"$SOURCE_DATE_EPOCH" \
  -czf "$dist/$name.tar.gz" "$name"
(cd "$dist" && sha256sum "$name.tar.gz" annals >SHA256SUMS && cat SHA256SUMS)
