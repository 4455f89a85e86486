"""What is said to a greeting, to thanks and to questions about the program itself: a plain word, and no quotes.

Only where nothing else is said. English, and the commonest words of some other languages.
"""

from __future__ import annotations

import re

_ANSWERS = [
    (
        r"(?:hello|hi|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day)|hallo|hola|bonjour|salut"
        r"|ciao|ol[aá])(?: (?:there|again|quoth|all|everyone))*"
        r"|how are (?:you|things)(?: (?:doing|today))*|how do you do|what[’']?s up|nice to meet you",
        "Hello. Ask about your articles; the answers are quoted from them, word for word.",
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
        "This is Quoth. It answers questions from your articles in their own words, "
        "and says so when they hold no answer.",
    ),
]  # fmt: skip
_KNOWN = [(re.compile(rf"(?:{pattern})", re.IGNORECASE), answer) for pattern, answer in _ANSWERS]
_CLAUSE = re.compile(r"[^.!?;:…]+")


def small_talk(text: str) -> str | None:
    """What to say to it; None where anything is asked of the articles."""
    clauses = [" ".join(c.replace(",", " ").split()) for c in _CLAUSE.findall(text) if re.search(r"\w", c)]
    said = [next((answer for pattern, answer in _KNOWN if pattern.fullmatch(c)), None) for c in clauses]
    return said[-1] if said and all(said) else None
