"""What a sample can and cannot say: pure functions over tables; nothing here reads a file or draws."""
