#!/usr/bin/env bash
# Runs the recipes of Examples that the demo leaves out, on a tenth of their texts: regression to a mean
# rating, three classes with the learning rate found by cross-validation, and a choice between the features
# of two models, all with the real pretrained model.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

Tools/quick-data.sh
command="${HINDSIGHT:-$(swift build -c release -Xswiftc -enable-testing --show-bin-path)/hindsight}"
scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT
small=(--set data.train=data/quick-tweets.csv --set epochs=2 --set batch_size=16 --store "$scratch/runs")

fail() { printf 'check-recipes: %s\n' "$@" >&2; exit 1; }

# Takes the number called KEY out of what the last line's "test" or another member has.
number() { sed -n 's/.*"event":"finished".*"'"$1"'":\(-\{0,1\}[0-9.e-]*\).*/\1/p' "$2" | tail -n 1; }

"$command" tune Examples/tweets-rating.yaml "${small[@]}" --json >"$scratch/rating"
pearson="$(number pearson "$scratch/rating")"
echo "regression to a mean rating: correlation $pearson"
awk -v value="$pearson" 'BEGIN { exit !(value > 0.3) }' \
    || fail "the ratings' correlation is $pearson, expected more than 0.3"

"$command" tune Examples/tweets-classes.yaml "${small[@]}" --set search.minutes=0.3 \
    --set search.rates=3 --set search.folds=2 --json >"$scratch/classes"
grep -q '"event":"chosen"' "$scratch/classes" || fail "no learning rate was chosen"
echo "three classes: $(sed -n 's/.*"event":"chosen","settings":\[\([^]]*\)\].*/\1/p' "$scratch/classes")"

"$command" select Examples/tweets-classes.yaml --over "layers=[2, 6]" --confirm 2 --minutes 0.3 \
    "${small[@]}" --set search.folds=2 --json >"$scratch/select"
grep -q '"event":"shortlist"' "$scratch/select" || fail "no model was shortlisted"
echo "features of two models: $(sed -n 's/.*"choice":"\([^"]*\)".*/\1/p' "$scratch/select")"
