"""What the hidden code of a network is good for: as features of a classifier, and as a map of the digits."""
