#!/usr/bin/env bash
# Copies the site to where it is served.
set -euo pipefail

target=${1:-staging}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

if [ "$target" = "production" ]; then
  echo "to production"
else
  echo "to $target"
fi

for page in *.html; do
  cp "$page" "$folder/"
done

case "$target" in
  staging) port=8001 ;;
  *) port=8000 ;;
esac

while read -r line; do
  echo "$line on $port"
done < requirements.txt
