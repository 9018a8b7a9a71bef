// YAML recipes: reading, checking, explaining, building the task they name.
