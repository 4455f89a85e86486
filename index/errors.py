"""Errors, each with a message for the person who meets it.

QuothError                  base of all; the command prints it and exits with 2
├── UnreadableFile          a file or an article that cannot be added (collected in Changes.rejected)
├── NoArticles              a path that does not exist, or a folder without a file that can be read
├── SettingsMismatch        a library built with another model, or by a newer version of Quoth
├── LibraryBusy             another process is changing the library
├── LibraryNotWritable      the library's folder or database cannot be written
├── LibraryUnavailable      the library's database, or its candidate engine, cannot be opened or read at present
├── LibraryDamaged          the library's database is corrupt
├── LibraryClosed           a library that is used after it was closed
├── ModelUnavailable        the embedding model is missing, altered, or not safe to load
├── BadBackup               a file that is not a complete backup of a library
├── BadQuestion             a question that cannot be searched for
└── BadQuestions            a file of questions that cannot be read
"""


class QuothError(Exception):
    """Base of every error that Quoth raises on purpose; the message says what happened, where, and what to do."""


class UnreadableFile(QuothError):
    """A file or an article that cannot be added."""


class NoArticles(QuothError):
    """A path that does not exist, or a folder without a file that can be read."""


class SettingsMismatch(QuothError):
    """The library was built with other settings than the ones in use now."""


class LibraryBusy(QuothError):
    """Another process holds the lock of the library."""


class LibraryNotWritable(QuothError):
    """The library's folder or database cannot be written."""


class LibraryUnavailable(QuothError):
    """The library's database was deleted, or cannot be opened or read at present. It is not damaged.

    Also raised for a candidate engine.
    """


class LibraryDamaged(QuothError):
    """The library's database is corrupt."""


class LibraryClosed(QuothError):
    """The library was closed before it was used."""


class ModelUnavailable(QuothError):
    """The embedding model is missing, altered, or not safe to load."""


class BadBackup(QuothError):
    """A file that is not a complete backup of a library."""


class BadQuestion(QuothError):
    """A question that cannot be searched for: empty, without a word in it, or far too long."""


class BadQuestions(QuothError):
    """A file of questions to evaluate with that cannot be read."""


def no_text(error: UnicodeEncodeError) -> BadQuestion:
    """Return the error for a string that cannot be looked up, because it has half of a surrogate pair."""
    return BadQuestion(f"{error.object!r} is not text: character {error.start + 1} is half of a surrogate pair.")
