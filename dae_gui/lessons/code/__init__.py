"""The student's own code: an editor for four functions, their check, and a run trained with one of them."""
