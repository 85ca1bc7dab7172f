"""The files that this program writes and opens, known before anything that reads them is imported."""

SESSION_ENDING, LESSON_ENDING, HAND_IN_ENDING = ".dae", ".lesson", ".handin"
OWN_ENDINGS = (SESSION_ENDING, LESSON_ENDING, HAND_IN_ENDING)
