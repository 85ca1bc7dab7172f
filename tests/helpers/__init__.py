"""What tests share; modules that need Qt are imported by the tests of the window only."""
