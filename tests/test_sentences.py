"""Sentence boundaries in the languages whose stems are known: `|` marks each boundary inside a text."""

from __future__ import annotations

import pytest

from quoth.index.reading.document import Block
from quoth.index.sync.sentences import sentences_of

SENTENCES = {
    "en": """
Dr. Miller met Mr. J. R. Hale at 5 p.m. in St. Anne's.|He paid 3.50 dollars.
The U.S. Secretary spoke first.|Nobody in the U.S. replied.
It cost approx. 20 pounds, i.e. too much.|She left.
See Fig. 3 and No. 7 on p. 12.|They agree.
Acme Inc. hired forty people.|Beta Ltd. closed.
Version 2.10.3 fixed it.|The site is example.com today.
Prof. Reed and Gen. Lowe met on Sept. 5, 2019.|It rained.
John F. Kennedy was born in 1917.|He died in 1963.
The vote (see ch. 4, e.g. p. 9) failed.|It was close.
""",
    "de": """
Das gilt z. B. für Dr. Meier und Prof. Dr. Huber.|Sie kamen am 3. Oktober 1990.
Die Stadt zahlte ca. 3,5 Mio. Euro bzw. 12 Prozent.|Der Rest fehlt.
Hr. Schmidt wohnt in der Hauptstr. 5.|Frau Dr. Lang wohnt nebenan.
Am 1. Mai und am 24. Dezember ist zu.|Danach ist offen.
Er sagte: „Wir kommen nicht.“|Dann ging er.
Das betrifft u. a. Kinder, d. h. alle unter 12 Jahren.|Erwachsene zahlen.
Siehe Nr. 7, S. 12 ff. und Abb. 3.|Sie zeigen den Turm.
Der Verein wurde im 19. Jahrhundert gegründet.|Er besteht noch.
Ludwig XIV. regierte lange.|Kaiser Wilhelm II. dankte ab.
Die Firma Kranz GmbH & Co. KG baut Boote usw. für die Küste.|Sie ist alt.
J. S. Bach lebte in Leipzig.|Er starb 1750.
Die Kosten (inkl. MwSt.) stiegen um 1.200 Euro.|Das war viel.
Um 8.30 Uhr beginnt das Fest.|Es endet um 22 Uhr.
Kommst du?|Ja!|Gut.
Der Brief kam am 12. 3. 1911 an.|Niemand las ihn.
Vgl. Abs. 2 des Gesetzes.|Er gilt sog. Altfälle betreffend nicht.
""",
    "fr": """
M. Dupont et Mme Leroy sont venus.|Ils ont payé 3,5 millions d'euros.
Le Dr. Martin, p. ex., habite av. Foch.|Il est absent.
Voir art. 5, p. 12 et fig. 3.|Tout y est.
« Nous ne viendrons pas. »|Il est parti.
Né en 52 av. J.-C. à Rome, il mourut vite.|On l'oublia.
Le no. 7 est fermé.|Le 8 est ouvert.
MM. Petit et Grand ont signé.|La mairie aussi.
J.-P. Morel a écrit cela.|C'est vrai.
La société Dubois et Cie. vend du vin, du pain, etc. dans la ville.|Elle est vieille.
Elle vit à St. Malo, bd. Voltaire.|Elle est née le 1er mai.
Env. 300 personnes, c.-à-d. tout le village, ont voté.|Le maire a gagné.
""",
    "es": """
El Sr. García llegó a las 5 p. m. con la Sra. Ruiz.|Pagaron 3,5 millones.
La Dra. Vega, p. ej., vive en la Av. Sol.|No está.
Ver art. 5, pág. 12 y fig. 3.|Todo está ahí.
EE. UU. firmó el acuerdo.|México no firmó.
«No iremos», dijo.|Luego se fue.
El Prof. Núñez y el Lic. Soto firmaron.|Hubo lluvia.
Nació en el s. XIX, aprox. en 1850.|Murió en 1911.
D. José y Dña. Ana se casaron.|Tuvieron dos hijos.
El n.º 7 está cerrado.|El n.º 8 está abierto.
J. L. Borges escribió el cuento.|Es breve.
Ud. debe pagar 1.200 euros.|No hay descuento.
Los Sres. Gil y Paz vendieron pan, vino, etc. en la plaza.|Cerraron.
""",
    "it": """
Il Dott. Rossi e la Sig.ra Bianchi arrivarono.|Pagarono 3,5 milioni.
Il sig. Verdi, per es., abita qui.|Non c'è.
Vedi art. 5, pag. 12 e fig. 3.|È tutto lì.
L'Ing. Neri e l'Avv. Galli firmarono.|Pioveva.
«Non verremo», disse.|Poi partì.
Nacque nel 52 a.C. a Roma.|Morì presto.
Il n. 7 è chiuso.|L'8 è aperto.
G. B. Vico scrisse il libro.|È lungo.
La ditta Sala S.p.A. vende vino.|È antica.
Il Prof. Conti (cfr. cap. 4) tacque.|Gli altri parlarono.
Sono ca. 1.200 euro, ecc. come detto.|Non è poco.
S. Francesco nacque ad Assisi.|Era povero.
""",
    "pt": """
O Sr. Silva e a Sra. Costa chegaram.|Pagaram 3,5 milhões.
O Dr. Reis, p. ex., mora na Av. Sol.|Não está.
Ver art. 5, pág. 12 e fig. 3.|Está tudo lá.
A Profa. Lima e o Eng. Melo assinaram.|Chovia.
«Não vamos», disse.|Depois saiu.
Nasceu em 52 a.C. em Roma.|Morreu cedo.
O n.º 7 está fechado.|O n.º 8 está aberto.
J. M. Eça escreveu o livro.|É longo.
D. João e Dona Ana casaram.|Tiveram dois filhos.
A firma Sousa Ltda. vende vinho, pão, etc. na praça.|É antiga.
São aprox. 1.200 euros.|Não é pouco.
""",
    "nl": """
Dhr. Jansen en mevr. De Vries kwamen.|Zij betaalden 3,5 miljoen.
Dr. Bakker woont bijv. in de Kerkstr. 5.|Hij is weg.
Zie art. 5, blz. 12 en fig. 3.|Alles staat daar.
Het kost ca. 20 euro, d.w.z. te veel.|Zij ging weg.
„We komen niet”, zei hij.|Toen ging hij.
Prof. Visser en ing. Smit tekenden.|Het regende.
Mr. J. P. van Dijk sprak o.a. over water.|Hij was kort.
Nr. 7 is dicht.|Nr. 8 is open.
Het m.b.t. water genomen besluit geldt.|Het is nieuw.
Zij werd geboren in de 19e eeuw te St. Anna.|Zij stierf jong.
De prijs steeg t.o.v. 2019 met 1.200 euro.|Dat is veel.
""",
    "da": """
Hr. Jensen og fru Dr. Holm kom.|De betalte 3,5 mio. kr. for huset.
Det gælder f.eks. børn, dvs. alle under 12.|Voksne betaler.
Den 3. oktober 1990 begyndte det.|Alle kom.
Se nr. 7, s. 12 og fig. 3.|Alt står der.
Bl.a. kommunen betaler ca. halvdelen.|Staten betaler resten.
»Vi kommer ikke,« sagde han.|Så gik han.
Kong Christian 4. byggede tårnet.|Det står endnu.
Prof. Lund og ing. Bech skrev under.|Det regnede.
H. C. Andersen skrev det.|Det er kort.
Kl. 8.30 åbner porten.|Den lukker kl. 22.
Prisen (inkl. moms) steg pga. krigen med 1.200 kr. om året.|Det er meget.
""",
    "sv": """
Dr. Berg och prof. Lund kom.|De betalade 3,5 milj. kr. för huset.
Det gäller t.ex. barn, dvs. alla under 12.|Vuxna betalar.
Den 3 oktober 1990 började det.|Alla kom.
Se nr. 7, s. 12 och fig. 3.|Allt står där.
Bl.a. kommunen betalar ca. hälften.|Staten betalar resten.
"Vi kommer inte", sade han.|Sedan gick han.
A. Strindberg skrev det.|Det är kort.
Kl. 8.30 öppnar porten.|Den stänger kl. 22.
Bolaget m.fl. fick 1 200 kr. i stöd.|Det är mycket.
Enl. polisen var han f.d. lärare.|Han nekar.
S:t Olof, s.k. kyrkan, är gammal.|Den står kvar.
""",
    "no": """
Dr. Berg og prof. Lund kom.|De betalte 3,5 mill. kr. for huset.
Det gjelder f.eks. barn, dvs. alle under 12.|Voksne betaler.
Den 3. oktober 1990 begynte det.|Alle kom.
Se nr. 7, s. 12 og fig. 3.|Alt står der.
Bl.a. kommunen betaler ca. halvparten.|Staten betaler resten.
«Vi kommer ikke», sa han.|Så gikk han.
Kong Olav 5. åpnet broen.|Den står ennå.
H. Ibsen skrev det.|Det er kort.
Kl. 8.30 åpner porten.|Den stenger kl. 22.
Prisen (inkl. mva.) steg pga. krigen.|Det er mye.
Selskapet m.fl. fikk 1 200 kr. i støtte.|Det er mye.
""",
    "fi": """
Tri Aho ja prof. Laine tulivat.|He maksoivat 3,5 milj. euroa.
Se koskee esim. lapsia, ts. kaikkia alle 12-vuotiaita.|Aikuiset maksavat.
Juhla alkoi 3. lokakuuta 1990.|Kaikki tulivat.
Katso nro 7, s. 12 ja kuva 3.|Kaikki on siellä.
Mm. kunta maksaa n. puolet.|Valtio maksaa loput.
”Emme tule”, hän sanoi.|Sitten hän lähti.
E. Leino kirjoitti sen.|Se on lyhyt.
Klo 8.30 portti aukeaa.|Se sulkeutuu klo 22.
Kirkko on 1800-luvulta, ks. luku 4.|Se on vanha.
Hinta (sis. alv.) nousi 1 200 euroa.|Se on paljon.
Hän syntyi v. 1850 eKr. tai jKr. jossakin.|Vuosi on epävarma.
""",
    "hu": """
Dr. Kovács és ifj. Nagy Pál eljött.|3,5 millió forintot fizettek.
Ez pl. a gyerekekre vonatkozik, ill. mindenkire 12 év alatt.|A felnőttek fizetnek.
Az ünnep 1990. október 3-án kezdődött.|Mindenki eljött.
Lásd a 7. fejezetet és a 12. oldalt.|Minden ott van.
A 19. században épült.|Ma is áll.
„Nem jövünk” – mondta.|Aztán elment.
Az út kb. 12 km, azaz hosszú.|Nem járható.
IV. Béla király építtette.|Ma is áll.
A cég (Kis Kft. és társai) megszűnt.|A bolt bezárt.
A Fő u. 5. alatt lakik.|Nincs otthon.
Az ún. nagy híd stb. is elkészült.|Szép lett.
1848. márc. 15-én kitört a forradalom.|Győzött.
""",
    "ru": """
В 1990 г. г-н Иванов приехал в г. Тверь.|Он заплатил 3,5 млн руб. за дом.
Это касается, т. е. всех детей.|Взрослые платят.
См. стр. 12, рис. 3 и гл. 4.|Там всё есть.
А. С. Пушкин написал это.|Он жил на ул. Мойка.
«Мы не придём», — сказал он.|Потом он ушёл.
В XIX в. построили мост и т. д. по плану.|Он стоит.
Проф. Орлов и акад. Белов подписали.|Шёл дождь.
Это было в 52 г. до н. э. в Риме.|Он умер рано.
Цена выросла на 1 200 руб. и не упала.|Это много.
Компания им. Ленина закрыта.|Завод стоит.
Напр., школа и т. п. дома закрыты.|Их много.
""",
    "tr": """
Dr. Yılmaz ve Prof. Kaya geldi.|3,5 milyon lira ödediler.
Bu, vb. konularda geçerlidir.|Yetişkinler öder.
Bkz. s. 12 ve 3. bölüm.|Hepsi orada.
19. yüzyılda yapıldı.|Hâlâ duruyor.
"Gelmeyeceğiz," dedi.|Sonra gitti.
M. Akif Ersoy yazdı.|Kısadır.
Atatürk Cad. No. 5 adresinde oturuyor.|Evde yok.
II. Abdülhamid tahta çıktı.|Uzun sürdü.
Av. Demir, yani örn. komşum, geldi.|İmzaladı.
Fiyat 1.200 lira arttı.|Bu çok.
İ.Ö. 52 yılında doğdu.|Erken öldü.
""",
    "ro": """
Dl. Popescu și dna. Ionescu au venit.|Au plătit 3,5 mil. lei.
Dr. Marin, de ex., locuiește pe str. Mare nr. 5.|Nu este acasă.
Vezi art. 5, pag. 12 și fig. 3.|Totul este acolo.
Prof. Stan și ing. Radu au semnat.|Ploua.
„Nu venim”, a spus el.|Apoi a plecat.
M. Eminescu a scris asta.|Este scurt.
S-a născut în sec. XIX, cca. 1850.|A murit în 1911.
În 52 î.Hr. a căzut orașul.|A fost ars.
Prețul a crescut cu 1.200 lei.|Este mult.
Firma Sala S.A. vinde vin.|Este veche.
Pâine, vin etc. se vând aici.|E ieftin.
""",
    "el": """
Ο κ. Παπάς και η κα. Νίκου ήρθαν.|Πλήρωσαν 3,5 εκ. ευρώ.
Αυτό ισχύει π.χ. για παιδιά, δηλ. για όλους.|Οι μεγάλοι πληρώνουν.
Βλ. σελ. 12 και εικ. 3.|Όλα είναι εκεί.
Στις 3 Οκτωβρίου 1990 άρχισε.|Όλοι ήρθαν.
«Δεν θα έρθουμε», είπε.|Μετά έφυγε.
Θα έρθεις;|Ναι!|Καλά.
Ο Κ. Π. Καβάφης το έγραψε.|Είναι μικρό.
Το 52 π.Χ. έπεσε η πόλη.|Κάηκε.
Ο αρ. 7 είναι κλειστός.|Ο 8 είναι ανοιχτός.
Η τιμή ανέβηκε 1.200 ευρώ.|Είναι πολλά.
Η εταιρεία Ε.Π.Ε. πουλάει κρασί κ.λπ. στην αγορά.|Είναι παλιά.
Ο καθ. Ράπτης, κ.ά. ειδικοί, υπέγραψαν.|Έβρεχε.
""",
    "ar": """
وصل د. أحمد إلى المدينة.|دفع 3.5 مليون دينار.
هل ستأتي؟|نعم!|حسنا.
انتظر... ثم غادر.|لم يره أحد.
قال: «لن نأتي».|ثم ذهب.
انظر ص. 12 و شكل 3.|كل شيء هناك.
بدأ الحفل في 3 أكتوبر 1990.|حضر الجميع.
كان أ. د. سالم حاضرا.|وقع الاتفاق.
ارتفع السعر بنسبة 12.5 في المئة؛ وهذا كثير.|لم ينخفض.
توفي سنة 632 م. في المدينة.|دفن هناك.
زار الرئيس القاهرة، ثم عمان.|وعاد أمس.
بني الجسر عام 1911.|ما زال قائما.
تأسست الشركة سنة 1350 هـ. في جدة.|أغلقت لاحقا.
""",
    "ta": """
டாக்டர் ராமன் வந்தார்.|அவர் 3.5 லட்சம் கொடுத்தார்.
நீ வருவாயா?|ஆம்!|நல்லது.
அவர் காத்திருந்தார்... பிறகு சென்றார்.|யாரும் பார்க்கவில்லை.
திரு. குமார் பேசினார்.|மக்கள் கேட்டனர்.
மு. கருணாநிதி எழுதினார்.|அது சிறியது.
“நாங்கள் வரமாட்டோம்” என்றார்.|பிறகு சென்றார்.
பாலம் 1911 இல் கட்டப்பட்டது.|அது இன்னும் உள்ளது.
கி.மு. 52 இல் நகரம் வீழ்ந்தது.|அது எரிந்தது.
விலை 1,200 ரூபாய் உயர்ந்தது.|அது அதிகம்.
எ.கா. பள்ளி மூடப்பட்டது.|கடை திறந்தது.
டி. எம். நாயர் தலைவர்.|அவர் மருத்துவர்.
காலை 8.30 மணிக்கு கதவு திறக்கும்.|இரவு மூடும்.
""",
    "pl": """
Dr hab. inż. Jan Kowalski, tj. dyrektor, przyszedł.|Zapłacił 3,5 mln zł za dom.
Zob. s. 12, rys. 3 oraz art. 5 ust. 2.|Tam jest wszystko.
""",
    "cs": """
Pan Ing. Novák, tj. ředitel, přišel 3. října 1990.|Zaplatil 3,5 mil. Kč za dům.
""",
    "ja": """
「行きません。」と彼は言った。|雨だった。
""",
}


def sentences(text: str, language: str | None) -> list[str]:
    spans = sentences_of(text, Block("prose", 0, len(text)), lambda start, end, chars: end - start <= chars, language)
    return [text[a:b] for a, b in spans]


@pytest.mark.parametrize("language", SENTENCES)
def test_sentences_end_where_the_language_ends_them(language: str) -> None:
    for line in SENTENCES[language].strip().splitlines():
        parts = line.split("|")
        assert sentences(("" if language == "ja" else " ").join(parts), language) == parts


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize(
    "line",
    [
        "It fed many people.³|The mill burned in 1911.⁴|Nobody came.",
        "It fed people³.|The mill burned.[4]|Nobody came.",
        "He said “no.”²|The mill burned.",
    ],
)
def test_the_mark_of_a_note_belongs_to_the_sentence_before_it(line: str, language: str) -> None:
    assert sentences(line.replace("|", " "), language) == line.split("|")


@pytest.mark.parametrize("language", ["en", "de", None])
@pytest.mark.parametrize("piece", ["!", '."', ". ", "\n", "a. ", "1. ", "x. [1] ", "."])
def test_long_runs_of_marks_take_no_long_time(piece: str, language: str | None) -> None:
    assert sentences(f"Start {piece * 20_000} end", language)
