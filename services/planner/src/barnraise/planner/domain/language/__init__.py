"""The language of requirements: from sentences to manifests and back, by rules alone."""
