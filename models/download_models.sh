#!/usr/bin/env bash
# Downloads the files that models/checksums.txt lists (VGG-19, 548 MB) into this folder. An interrupted download goes on
# where it stopped when the script is run again; a file gets its name only after its size and checksum are right.
#
#   models/download_models.sh
#
# PENTIMENTO_MIRROR: a URL (https://..., file://...) under which to find files of the same names instead.
set -euo pipefail

case ${1:-} in
  '') ;;
  -h | --help) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "$0"; exit 0 ;;
  *) echo "download_models: unknown argument $1; see models/download_models.sh --help" >&2; exit 1 ;;
esac
cd "$(dirname "$(readlink -f "$0")")"

fail() {
  printf 'download_models: %s\n' "$@" >&2
  exit 1
}

# What is wrong with file $1, which should have $2 bytes, MD5 $3 and hold the text $4 (- for any); nothing if it is right.
fault() {
  local bytes md5
  bytes=$(stat -c %s "$1")
  [ "$2" = - ] || [ "$bytes" = "$2" ] || { echo "it has $bytes bytes instead of $2"; return; }
  md5=$([ "$3" = - ] || md5sum <"$1")
  [ "$3" = - ] || [ "${md5%% *}" = "$3" ] || { echo "its MD5 is ${md5%% *} instead of $3"; return; }
  [ "$4" = - ] || grep -qF "$4" "$1" || echo "it does not hold the text $4"
}

# The partial file $1 is complete when it has $2 bytes; curl cannot resume behind the end.
download() {
  if [ -e "$1" ] && [ "$(stat -c %s "$1")" = "$2" ]; then return; fi
  curl --fail --location --continue-at - --output "$1" "$3" ||
    fail "cannot download $3" "run it again to go on, or set PENTIMENTO_MIRROR to another source of this file"
}

fetch() {
  local name=$1 bytes=$2 md5=$3 text=$4 url=$5 wrong
  [ -z "${PENTIMENTO_MIRROR:-}" ] || url=$PENTIMENTO_MIRROR/$name
  if [ -e "$name" ]; then
    wrong=$(fault "$name" "$bytes" "$md5" "$text")
    [ -n "$wrong" ] || { echo "$name is already there and right"; return; }
    mv -f "$name" "$name.wrong"
    echo "$name is not the expected file, $wrong: moved it to $name.wrong"
  fi
  echo "$name: downloading $url"
  download "$name.part" "$bytes" "$url"
  wrong=$(fault "$name.part" "$bytes" "$md5" "$text")
  if [ -n "$wrong" ]; then
    rm -f "$name.part"
    fail "what came from $url is not $name: $wrong" \
      "it was deleted; run it again, or set PENTIMENTO_MIRROR to another source of this file"
  fi
  mv "$name.part" "$name"
  echo "$name: done"
}

command -v curl >/dev/null || fail "curl is missing: install the package curl"
while read -r name bytes md5 text url; do
  case $name in '' | '#'*) continue ;; esac
  fetch "$name" "$bytes" "$md5" "$text" "$url" </dev/null
done <checksums.txt
echo "all models are in $PWD"
