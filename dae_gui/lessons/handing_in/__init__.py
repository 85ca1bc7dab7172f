"""File > Hand in: what was done in the lesson that is open, written into one file for the teacher."""
