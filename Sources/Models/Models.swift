// Model families by configuration.
