BEGIN TRANSACTION;
CREATE TABLE articles (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    path TEXT NOT NULL UNIQUE,  -- its file, with its name where that holds several
    source TEXT NOT NULL,
    title TEXT,
    author TEXT,
    published TEXT,
    digest TEXT NOT NULL,
    added TEXT NOT NULL,
    generation INTEGER NOT NULL,  -- that it came with
    first_passage INTEGER NOT NULL,  -- its passages have neighbouring ids
    passages INTEGER NOT NULL,
    chars INTEGER NOT NULL,
    file TEXT NOT NULL DEFAULT '',
    name TEXT NOT NULL DEFAULT '',
    language TEXT,
    url TEXT,
    pages TEXT,  -- a JSON list
    copy_of INTEGER  -- the first of the articles that it is a near-copy of, also once that is gone
);
INSERT INTO "articles" VALUES(1,'/home/reader/articles/ferry.txt','articles/ferry.txt','The ferry to Norderney',NULL,NULL,'35296cdd1bedd584f4218ac42b1425866ebbe08321be64477e0473a655268fd4','2026-11-27T00:31:21+00:00',1,1,1,83,'/home/reader/articles/ferry.txt','',NULL,NULL,NULL,NULL);
INSERT INTO "articles" VALUES(2,'/home/reader/articles/truce.md','articles/truce.md','The truce',NULL,'2024-05-03','f7f3064602b8745801c4f1909d2388dca23aa6ce4b6d60f7b8e30e0f9b13122f','2026-11-27T00:31:21+00:00',1,2,1,62,'/home/reader/articles/truce.md','',NULL,NULL,NULL,NULL);
CREATE TABLE bands (  -- near-copies share one
    band INTEGER NOT NULL,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    PRIMARY KEY (band, article_id)
) WITHOUT ROWID;
CREATE TABLE files (  -- as they were when they were last read, so that most need not be read again
    path TEXT PRIMARY KEY,
    digest TEXT NOT NULL,
    size INTEGER,  -- none where a later change might not show in it
    modified INTEGER  -- nanoseconds
) WITHOUT ROWID;
INSERT INTO "files" VALUES('/home/reader/articles/ferry.txt','35296cdd1bedd584f4218ac42b1425866ebbe08321be64477e0473a655268fd4',83,1700000000000000000);
INSERT INTO "files" VALUES('/home/reader/articles/truce.md','f7f3064602b8745801c4f1909d2388dca23aa6ce4b6d60f7b8e30e0f9b13122f',62,1700000000000000000);
CREATE TABLE generations (generation INTEGER PRIMARY KEY, token TEXT NOT NULL);
INSERT INTO "generations" VALUES(0,'569B9028A4127BC5');
INSERT INTO "generations" VALUES(1,'316F3CC52905E6DF');
CREATE TABLE gone (  -- articles that were removed or replaced
    id INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL,  -- that they went with
    first_passage INTEGER NOT NULL,
    passages INTEGER NOT NULL
);
CREATE TABLE layouts (  -- blocks and places on pages
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    layout BLOB NOT NULL
);
INSERT INTO "layouts" VALUES(1,X'789C8B8E8E36D131D03132D23188D58936D43132D1B100B1811C108A05007EF50806');
INSERT INTO "layouts" VALUES(2,X'789C8B8E8E36D131D23134D4318CD501320D8D758C4D740C806C431D63331D3343201BC801A15800E6860A9E');
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO "meta" VALUES('cutting','1000/600/600');
INSERT INTO "meta" VALUES('dimensions','64');
INSERT INTO "meta" VALUES('fingerprint','words-64');
INSERT INTO "meta" VALUES('folders','{"/home/reader/articles": "articles"}');
INSERT INTO "meta" VALUES('format','3');
INSERT INTO "meta" VALUES('model','words-64');
CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id INTEGER NOT NULL REFERENCES articles ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    heading TEXT,
    sentences BLOB NOT NULL,  -- uint16 pairs: start and end of each, from the passage's start
    pieces BLOB NOT NULL,  -- the same of each word piece
    bits BLOB NOT NULL  -- the signs of each word piece's vector, eight to a byte
);
INSERT INTO "passages" VALUES(1,1,24,82,NULL,X'0000180019003A00',X'000000000000000000000000000000000000000000000300040009000A000F0010001200130017001700180019001C001D00250026002B002C0031003200390039003A00',X'A23FA845A3804276B006D9F22A4613574CAEADB7889F359E24BAE595486F13587A1E71C5E6361E9BA23FA845A3804276B006D9F22A461357B1F6468A5237C723C4DF9D549A22D7C93777574F10DE1CBD7A1E71C5E6361E9BA23FA845A380427649C1B7678DCA3E95F8991F645021C4FAC13193CF60ADDB937382006B338DD7427A1E71C5E6361E9B');
INSERT INTO "passages" VALUES(2,2,36,61,NULL,X'00001900',X'00000000000000000000000000000300040009000A000F00100013001400180018001900',X'A23FA845A380427639EB98D2C5E3B9447A1E71C5E6361E9BA23FA845A380427639EB98D2C5E3B944EA8A571A836E025D3D61710BC2B8C0D170BAC7F718FECFA37A1E71C5E6361E9B');
CREATE TABLE signatures (article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE, signature BLOB NOT NULL);
CREATE TABLE texts (  -- apart, so that a million articles can be looked through without reading them
    article_id INTEGER PRIMARY KEY REFERENCES articles ON DELETE CASCADE,
    text TEXT NOT NULL
);
INSERT INTO "texts" VALUES(1,'The ferry to Norderney

The ferry sails at nine. The crossing takes fifty minutes.
');
INSERT INTO "texts" VALUES(2,'# The truce

Published: 3 May 2024

The truce lasts one year.
');
CREATE TABLE vectors (  -- apart, so that loading all of them reads nothing else
    passage_id INTEGER PRIMARY KEY REFERENCES passages ON DELETE CASCADE,
    vector BLOB NOT NULL  -- float16
);
INSERT INTO "vectors" VALUES(1,X'C728B7A40D2DB5243AAC07AF40A2B7AF522C4EB114ACBF2E0527993405354D2E152D71A5EA298A2EB6AC70AB3AAB7F3588A8B32AC2A96D27E6AA252FDEA3B63088A6F4AFB61DF8A76EADAAB3D12E22B2BF9E4BA693AB1DB016B0FCA1362B27A771AB083083B36B339BAE8C2B473328B20D2A57A510B17034431EFFAAB3226A30');
INSERT INTO "vectors" VALUES(2,X'9DB0E0ABBF30152FFC2CABB06825D5AF5AA6CAB0D624A0B16F31A230373447319BAC112EA627E3311EAC68AD23B185327F2C12A0FDB4F53093A94527DD2D8F30EA2FA6276CACCAAD13B3B8B07E2F44A9C82EC131882D15B07CAFF3A5CF2D50ACBFAAED2D94B0D7AC242CE4AE982E3DB104AC5AA8DCB2253282AEFBAD33AB5F2A');
CREATE INDEX bands_of_article ON bands (article_id);
CREATE INDEX articles_by_file ON articles (file);
CREATE INDEX articles_by_generation ON articles (generation, id);
CREATE INDEX gone_by_generation ON gone (generation);
CREATE INDEX files_by_digest ON files (digest);
CREATE INDEX passages_of_article ON passages (article_id);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('articles',2);
INSERT INTO "sqlite_sequence" VALUES('passages',2);
COMMIT;
