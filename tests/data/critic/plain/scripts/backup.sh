#!/bin/sh
set -eu

keep=7
backups="${BACKUPS:-/var/backups}"

dump() {
  tar -czf "$backups/lamps-$1.tar.gz" db
}

dump "$(date +%F)"
find "$backups" -name 'lamps-*.tar.gz' -mtime "+$keep" -delete
