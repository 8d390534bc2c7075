"""What an inspection is and how it gets in: nouns, the door to the disk, checks, the register, samples."""
