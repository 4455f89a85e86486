"""From scored sentences to an answer: quotes, confidence, disagreements."""
