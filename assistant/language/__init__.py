"""What is known of English: folding, words, names, numbers, sentences.  None of it of one text."""
