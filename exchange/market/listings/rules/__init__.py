"""What a listing says, where it lies, and how offers on it are answered."""
