"""Providers' batches: questions that are handed over all at once, at half price, and whose
answers come within a day. Through the official clients of the providers, with the key,
the host and the headers of the model's plugin."""
