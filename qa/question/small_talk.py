"""Replies to greetings, to thanks and to questions about the program itself.

Only text that says nothing else gets a reply. English, and the commonest words of some other languages.
"""

from __future__ import annotations

import re

_REPLIES = [
    (
        r"(?:hello|hi|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo|hola|bonjour|salut"
        r"|ciao|ol[aá])(?: (?:there|again|quoth|all|everyone))*"
        r"|how are (?:you|things)(?: (?:doing|today))*|how do you do|what[’']?s up|nice to meet you",
        "Hello. Ask a question about your articles. The answers are quoted from them word for word.",
    ),
    (
        r"(?:many )?(?:thanks|thank (?:you|u)|thx|cheers|danke|merci|gracias|grazie|obrigad[oa])"
        r"(?: (?:a lot|so much|very much|again|quoth|for (?:your|the) help|that helped))*"
        r"|(?:ok(?:ay)?|great|perfect|cool|nice|good|well done|got it|i see|all right|alright)"
        r"(?: (?:thanks|thank you|then))?|that(?:[’']?s| is) (?:great|helpful|all|good|it)",
        "You are welcome.",
    ),
    (
        r"(?:good ?)?bye(?: ?bye)?|goodbye|see you(?: later| soon)?|good night|adieu|tsch[uü]ss|au revoir|adi[oó]s",
        "Goodbye.",
    ),
    (
        r"(?:who|what) (?:are|r) (?:you|u)|what(?:[’']?s| is) your name|what (?:can|do) you do|what do you know"
        r"|how do you work|how does this work|(?:please )?help(?: me)?"
        r"|are you (?:a |an )?(?:human|person|real|robot|bot|machine|ai|chatbot|computer)|who (?:made|wrote|built) you"
        r"|tell me about yourself",
        "This is Quoth. It answers questions with word-for-word quotes from your articles, "
        "and says so if they hold no answer.",
    ),
]  # fmt: skip
_PATTERNS = [(re.compile(rf"(?:{pattern})", re.IGNORECASE), reply) for pattern, reply in _REPLIES]
_CLAUSE = re.compile(r"[^.!?;:…]+")


def small_talk(text: str) -> str | None:
    """The reply to small talk; None if the text says or asks anything else."""
    clauses = [" ".join(c.replace(",", " ").split()) for c in _CLAUSE.findall(text) if re.search(r"\w", c)]
    replies = [next((reply for pattern, reply in _PATTERNS if pattern.fullmatch(c)), None) for c in clauses]
    return replies[-1] if replies and all(replies) else None
