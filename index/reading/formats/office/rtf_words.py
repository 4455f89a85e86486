"""Control words of rich text (RTF), and what they stand for."""

from __future__ import annotations

SKIPPED = frozenset((
    "fonttbl", "colortbl", "stylesheet", "info", "pict", "objdata", "objclass", "fldinst", "header", "headerl",
    "headerr", "headerf", "footer", "footerl", "footerr", "footerf", "annotation", "atnid", "atnauthor", "atnref",
    "xe", "tc",
    "rxe", "txe", "nonshppict", "shprslt", "pntext", "themedata", "datastore", "listtable", "listoverridetable",
    "rsidtbl", "generator", "bkmkstart", "bkmkend", "ftnsep", "ftnsepc", "aftnsep", "aftnsepc", "private", "do",
    "template", "background", "sp", "mmathPr", "filetbl", "revtbl", "pgptbl", "xmlnstbl", "nonesttables", "formfield",
))  # fmt: skip
"""Groups whose text is not shown."""
SHOWN = frozenset(("shpinst", "shptxt", "shppict", "ud", "fldrslt", "nesttableprops", "footnote", "listtext"))
"""Groups that old programs skip, and whose text is shown."""
CHARACTERS = {
    "tab": "\t", "emdash": "—", "endash": "–", "emspace": "\u2003", "enspace": "\u2002", "qmspace": "\u2005",
    "bullet": "•", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "line": "\n", "softline": "\n",
    "~": "\xa0", "_": "\u2011", "-": "\xad", "{": "{", "}": "}", "\\": "\\", "zwj": "\u200d", "zwnj": "\u200c",
}  # fmt: skip
ENDS = {"par": "\n", "\n": "\n", "\r": "\n", "sect": "\n\n", "page": "\n\n", "column": "\n\n"}
"""What ends a paragraph; a backslash at a line's end does, too."""
CODE_PAGES = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gbk", 136: "big5", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250", 254: "cp437", 255: "cp850",
}  # fmt: skip
"""Character set of a font -> codec."""
