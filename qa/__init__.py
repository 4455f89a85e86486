"""A question in, quotations out."""

from .ask import ask
from .records import Answer, Disagreement, Quote
from .retrieve import retrieve

__all__ = ["Answer", "Disagreement", "Quote", "ask", "retrieve"]
