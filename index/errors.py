"""What can go wrong with a library, said for the person who meets it.

QuothError                  anything below; the command prints it and exits with 2
├── UnreadableFile          a file that cannot be taken as an article (collected in Changes.rejected)
├── NoArticles              a path that does not exist, or a folder with nothing to read in it
├── SettingsMismatch        a library built with another model, or by a newer version of Quoth
├── LibraryBusy             another process is changing the library
├── LibraryNotWritable      the library's folder or database cannot be written
├── LibraryDamaged          the stored truth is not what was written
├── ModelUnavailable        the embedding model is missing, altered, or not safe to load
├── BadBackup               a file that is no whole backup of a library
├── BadQuestion             a question that cannot be searched for
└── BadQuestions            a file of questions that cannot be read
"""


class QuothError(Exception):
    """Base of every error that Quoth raises on purpose; the message says what, where, why and what to do."""


class UnreadableFile(QuothError):
    """A file that cannot be taken as an article."""


class NoArticles(QuothError):
    """A path that does not exist, or a folder without a single article."""


class SettingsMismatch(QuothError):
    """The library was built with other settings than the ones asked for now."""


class LibraryBusy(QuothError):
    """Another process holds the writing lock."""


class LibraryNotWritable(QuothError):
    """The library's folder or database cannot be written."""


class LibraryDamaged(QuothError):
    """The library's database cannot be read."""


class ModelUnavailable(QuothError):
    """The embedding model is missing, altered, or not safe to load."""


class BadBackup(QuothError):
    """A file that is no whole backup of a library."""


class BadQuestion(QuothError):
    """A question that cannot be searched for: empty, without a word in it, or far too long."""


class BadQuestions(QuothError):
    """A file of questions to evaluate with that cannot be read."""
