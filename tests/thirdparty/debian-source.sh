#!/bin/bash
# debian-source.sh NAME [VERSION] - unpack a Debian source package and print its folder.
#
# In:  a source package's name and perhaps a version: a whole one (5.4.4-3+deb12u1) or its upstream part (5.4.4).
# Out: on standard output one line, the unpacked folder with Debian's patches applied; all else on standard error.
#      Exit 0, or 1 with the reason; 2 for a wrong call.
#
# The idea: machines rarely have deb-src entries, and /etc/apt is not ours to change.  So the machine's own entries
# are copied into a private apt directory as deb-src ones, and apt works there.  Mirror, suites, keys, proxy and
# credentials thus stay what the machine's owner chose, and no root is needed, except to install dpkg-dev (the
# unpacker), which is done when we are root and it is missing.
#
# A version that the mirror no longer has is reported, and the next newer one taken (else the newest).
#
# Environment:
#   UPSTARE_CACHE          where to keep things (default ${XDG_CACHE_HOME:-$HOME/.cache}/upstare): src/NAME_VERSION,
#                          apt/.  What is there already is used without any network.
#   UPSTARE_DEBIAN_SUITES  further suites to look in ("trixie bullseye"), at the mirrors the machine has.
#   UPSTARE_APT_DIR        folder to read instead of /etc/apt (tests).
set -u
umask 022
export LC_ALL=C

say() { printf 'debian-source: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

case "${1-}" in
  -h | --help) sed -n '2,/^set -u/{/^set -u/d;s/^# \{0,1\}//;p}' "$0"; exit 0 ;;
  '' | -* | *[!a-z0-9.+-]*) say "usage: debian-source.sh NAME [VERSION]"; exit 2 ;;
esac
name=$1 wanted=${2-}

cache=${UPSTARE_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/upstare}
mkdir -p "$cache/src" "$cache/apt" || die "cannot create $cache"
cache=$(cd "$cache" && pwd)
apt=$cache/apt
etc=${UPSTARE_APT_DIR:-/etc/apt}

# Two callers at once (tests run in parallel) would unpack into one folder and share apt's locks.
exec 9>"$cache/lock" && flock 9 || die "cannot lock $cache/lock"

# Versions contain ':' and '~', which make and PATH-like lists do not love.
folder_of() { printf '%s/src/%s_%s' "$cache" "$name" "$(printf %s "$1" | tr ':~' '__')"; }

# A version serves if it is the wanted one, or has it as its upstream part, or nothing is wanted.
serves() {
  case $1 in
    "$wanted" | "$wanted"-* | *:"$wanted" | *:"$wanted"-* | "$wanted"+dfsg* | *:"$wanted"+dfsg*) true ;;
    *) [ -z "$wanted" ] ;;
  esac
}

# Reads versions, one a line, and prints the best: the newest that serves; else the oldest that is newer than the
# wanted one; else the newest of all.
choose() {
  local v newest= match= next=
  while read -r v; do
    [ -n "$v" ] || continue
    if [ -z "$newest" ] || dpkg --compare-versions "$v" gt "$newest"; then newest=$v; fi
    if serves "$v"; then
      if [ -z "$match" ] || dpkg --compare-versions "$v" gt "$match"; then match=$v; fi
    elif dpkg --compare-versions "$v" gt "$wanted"; then
      if [ -z "$next" ] || dpkg --compare-versions "$v" lt "$next"; then next=$v; fi
    fi
  done
  printf %s "${match:-${next:-$newest}}"
}

# The versions of NAME that are unpacked already; each folder says its own in a file beside it.
cached_versions() { cat "$cache/src/$name"_*.version 2>/dev/null; }

give() { # VERSION: the answer
  printf '%s\n' "$(folder_of "$1")"
  exit 0
}

have=$(cached_versions | choose)
if [ -n "$have" ] && serves "$have" && [ -d "$(folder_of "$have")" ]; then give "$have"; fi

command -v apt-get >/dev/null || die "apt-get is needed (a Debian or Ubuntu machine)"
if ! command -v dpkg-source >/dev/null; then
  [ "$(id -u)" = 0 ] || die "dpkg-source is missing; run as root: apt-get install --no-install-recommends dpkg-dev"
  say "installing dpkg-dev"
  install() { DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends dpkg-dev >&2 9>&-; }
  install || { apt-get update -qq >&2 && install; } || die "cannot install dpkg-dev"
fi

# deb-src entries from the machine's own.  A file in one-line style keeps its lines, one in deb822 style its
# stanzas; only the type changes, so options, keys and "Enabled: no" stay in force.  Of what is not Debian's (a
# vendor's repository) no source is wanted, and many have none: apt would complain about each.
derive() {
  rm -rf "$apt/sources"
  mkdir -p "$apt/sources" "$apt/state/lists/partial" "$apt/cache/archives/partial" || return 1
  local file suites=${UPSTARE_DEBIAN_SUITES-}
  for file in "$etc/sources.list" "$etc"/sources.list.d/*.list; do
    [ -r "$file" ] || continue
    awk -v suites="$suites" '
      $1 != "deb" { next }
      { sub(/^[ \t]*deb[ \t]/, "deb-src "); print }
      { # the same mirror with each further suite: the suite is the word after the URI
        n = split(suites, more, " ")
        at = 2
        if ($2 ~ /^\[/) { while ($at !~ /\]$/ && at < NF) at++; at++ }
        if ($at ~ /security/) next
        for (i = 1; i <= n; i++) { $(at + 1) = more[i]; print }
      }' "$file" | sort -u >"$apt/sources/$(basename "$file" .list).list"
  done
  for file in "$etc"/sources.list.d/*.sources; do
    [ -r "$file" ] || continue
    awk -v suites="$suites" '
      function flush() {
        if (binary) { print stanza; if (extra != "" && suites != "" && !security) print extra }
        stanza = extra = ""; binary = security = 0
      }
      /^#/ { next }
      /^[ \t]*$/ { flush(); next }
      {
        line = more = $0
        field = tolower($1)
        if (field == "types:") { binary = $0 ~ /[ \t]deb([ \t]|$)/; line = more = "Types: deb-src" }
        if (field == "architectures:") next
        if (field == "uris:" && $0 ~ /security/) security = 1
        if (field == "suites:") more = "Suites: " suites
        stanza = stanza line "\n"; extra = extra more "\n"
      }
      END { flush() }' "$file" >"$apt/sources/$(basename "$file")"
  done
  find "$apt/sources" -size 0 -delete
  [ -n "$(ls "$apt/sources")" ] || { say "no deb entries under $etc"; return 1; }
  # The machine's hooks (cleaning its own caches, telling the desktop) are not for a private directory.
  cat >"$apt/apt.conf" <<CONF
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Post-Invoke;
Dir::Etc::sourcelist "/dev/null";
Dir::Etc::sourceparts "$apt/sources";
Dir::State::lists "$apt/state/lists";
Dir::Cache "$apt/cache";
Dir::Cache::archives "$apt/cache/archives";
Dir::Log "$apt";
APT::Sandbox::User "";
APT::Get::Only-Source "true";
CONF
}

private() { "$1" -q -c "$apt/apt.conf" "${@:2}" 9>&-; }

# What the mirror has, one version a line.
offered() {
  private apt-cache showsrc --only-source "$name" 2>/dev/null |
    awk -v name="$name" '$1 == "Package:" { p = $2 } $1 == "Version:" && p == name { print $2 } /^$/ { p = "" }' | sort -u
}

# Lists go stale: a point release moves the files away.  So a version that is listed and fails to download leads to
# one more try with fresh lists, and then to the next version.
refresh() {
  say "reading the source lists of this machine's mirrors"
  private apt-get update >"$apt/update.log" 2>&1 || say "some lists could not be read ($apt/update.log)"
}

download() { # VERSION: unpacks into its folder; only a whole one gets its final name
  local work=$cache/src/.unpacking.$$ unpacked folder
  folder=$(folder_of "$1")
  rm -rf "$work"
  mkdir -p "$work" || return 1
  say "downloading $name $1"
  if (cd "$work" && private apt-get source "$name=$1") >"$apt/source.log" 2>&1 &&
    unpacked=$(find "$work" -mindepth 1 -maxdepth 1 -type d) && [ -d "$unpacked" ]; then
    rm -rf "$folder"
    mv "$unpacked" "$folder" && printf '%s\n' "$1" >"$folder.version"
  else
    tail -n 5 "$apt/source.log" >&2
    false
  fi
  local result=$?
  rm -rf "$work"
  return $result
}

derive || die "cannot derive source entries from $etc"
refreshed= failed=
while :; do
  version=$(offered | grep -vxF "${failed:-none}" | choose)
  if [ -z "$refreshed" ] && { [ -z "$version" ] || ! serves "$version"; }; then
    refresh
    refreshed=1
    continue
  fi
  if [ -z "$version" ]; then
    [ -z "$have" ] || { say "the mirror has no $name; using the cached $have"; give "$have"; }
    die "no source package $name can be had from this machine's mirrors (see $apt/update.log)"
  fi
  if ! serves "$version"; then
    say "$name $wanted is not at this machine's mirrors any more; taking $version instead"
    [ "$version" != "$have" ] || give "$have"
  fi
  if download "$version"; then give "$version"; fi
  if [ -z "$refreshed" ]; then
    refresh
    refreshed=1
  else # listed, and gone all the same: the mirror is behind its own lists
    say "$name $version is listed, but cannot be downloaded"
    failed+=${failed:+$'\n'}$version
  fi
done
