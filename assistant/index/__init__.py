"""Documents -> Chroma and back: embedding, keeping equal to a folder, opening, searching.  The only
room that imports chromadb."""
