"""Files of arrays, folders of them and archives: found, told apart and read as they are stored."""
