#!/usr/bin/env bash
# Writes the files of Examples/quick.yaml, from what Tools/fetch-demo.sh fetched:
#   data/quick.csv          every 15th of data/movies.csv
#   data/quick-test.csv     every 5th of data/movies-test.csv
#   data/quick-amazon.csv   every 5th of data/amazon.csv
#   data/quick-tweets.csv   every 10th of data/tweets.csv
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../data"

# Keeps the header of a file and every STEPth row; the texts have no line breaks.
every() { awk -v step="$2" 'NR == 1 || NR % step == 0' "$1" >"$3.part" && mv "$3.part" "$3"; }

every movies.csv 15 quick.csv
every movies-test.csv 5 quick-test.csv
every amazon.csv 5 quick-amazon.csv
every tweets.csv 10 quick-tweets.csv
