"""What the converters in Tools share: reading packages, and writing model folders."""
