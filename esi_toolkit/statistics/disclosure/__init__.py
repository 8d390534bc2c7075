"""Small numbers: what is withheld, and the proof that it stays withheld."""
