// Readers, splits and batches.
