"""Files -> Documents with paragraphs and pages -> Chunks."""
