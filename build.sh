#!/bin/sh
# build.sh [TARGET] [--prefix=DIR] [--destdir=DIR] - sees to what Debian must provide, then runs build.cake.
# Targets: default, demo, test, torture, realworld [--only=NAME,...], bench [--bench=ARGUMENTS], install, clean.  Needed beforehand: the .NET SDK (global.json says which).
set -eu
cd "$(dirname "$0")"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

case ${1-} in -* | '') target=default ;; *) target=$1; shift ;; esac

packages=
need() { dpkg -s "$1" 2>/dev/null | grep -q '^Status: .* installed$' || packages="$packages $1"; }
for package in libclang1-19 gcc libc6-dev binutils dpkg-dev zlib1g-dev; do need "$package"; done
command -v clang >/dev/null || command -v gcc >/dev/null || packages="$packages gcc" # NativeAOT links with one of them
case $target in test | torture) need csmith; need libcsmith-dev ;; esac
if [ -n "$packages" ]; then
  if [ "$(id -u)" != 0 ]; then
    echo "build.sh: missing Debian packages; run as root: apt-get install$packages" >&2
    exit 1
  fi
  install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $packages >&2; }
  install || { apt-get update -qq >&2 && install; }
fi
command -v dotnet >/dev/null || { echo "build.sh: the .NET SDK is missing (global.json says which version)" >&2; exit 1; }

log=$(dotnet tool restore 2>&1) || { echo "$log" >&2; exit 1; }
exec dotnet cake build.cake --target="$target" --verbosity=minimal "$@"
