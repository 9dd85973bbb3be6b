"""What is asked + the index -> passages -> candidate answers, checked and weighed."""
