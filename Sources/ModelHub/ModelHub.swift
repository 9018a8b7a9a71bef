// Downloads of model folders and their cache.
