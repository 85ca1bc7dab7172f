"""What is shown of the functions that the student writes: a file each."""
