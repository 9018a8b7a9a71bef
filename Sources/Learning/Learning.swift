// The loop itself: predict, outcome, hindsight, fine-tune, repeat.
