"""The encoder tasks, as both sides do them: data, settings, and the score that is compared."""
