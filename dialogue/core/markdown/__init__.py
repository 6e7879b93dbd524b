"""The one Markdown of Dialogue: one grammar and one tree for pages, documents, plain text and excerpts.

`grammar.parse` reads a text into the nodes of `tree`. `html` writes pages from them, `words` plain text;
`dialogue/exports/documents/authored.py` turns them into document blocks. See docs/decisions/0010.
"""
