"""What a model has learnt, and how its run fares: units, health, one step, the manifold."""
