// Files of weights and model folders.
