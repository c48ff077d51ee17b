"""What a value means, by a model that was fitted on labelled documents: texts around it, features, trees, assignment."""
