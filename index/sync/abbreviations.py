"""Abbreviations that end with a full stop without ending a sentence, by language, in small letters.

Only those that a name or a number follows are needed: a small letter never begins a sentence.
"""

from __future__ import annotations

BEFORE_NAMES = {
    "ar": "د أ م ص أ.د ص.ب",
    "be": "г в ст вул пр пл св імя праф акад гл мал",
    "bg": "г г-н г-жа д-р проф доц акад инж ул бул св ген полк кап им гр обл с пл ж.к",
    "ca": "sr sra srs dr dra prof st sta av avda c pl n d dña mn excm im",
    "cs": (
        "mil mld tis mio dr prof doc ing mgr bc mudr judr phdr rndr mvdr paeddr thdr csc akad sv ul nám tř gen "
        "plk kpt mjr pplk por p pí sl st ml např tj tzv tzn popř resp vč zvl zejm srov čes něm angl lat"
    ),
    "da": (
        "stk hr fr frk dr prof ing cand mag stud lic dir adv kpt gen kaptajn skt sct st sdr ndr vstr østr kgl gl "
        "tidl f.eks bl.a dvs inkl ekskl evt evtl ifm iht pga mht vedr ang hhv jf jvf ca fhv adj lekt pastor sogn"
    ),
    "de": (
        "fa dr prof dipl ing hr hrn fr frl mag lic st pfr gebr präs vors stellv gen maj hptm lt kdt kfm dir reg "
        "bez univ min.präs bspw bzw ca evtl ggf inkl exkl einschl zzgl abzgl insb insbes sog ehem geb verh vgl "
        "hrsg z.b z.t u.a d.h i.d.r u.u o.ä a.d v.a z.zt u.z mio mrd mill tsd co dt österr schweiz engl franz röm "
        "kath evang hl str nördl südl östl westl jr sen abg sr jun"
    ),
    "el": (
        "κ κα κος κκ δρ καθ αγ αι στρ ταγμ συντ υπ οδ λεωφ πλ τηλ βλ πρβλ δηλ π.χ λ.χ μτφρ επιμ εκδ έκδ συγγρ αντ "
        "αείμν μακ πρ γεν"
    ),
    "es": (
        "sr sra sres sras srta srtas dr dra dres prof profa d dña dn lic ing arq abg mtro mtra gral cnel cap tte "
        "cdte sgto excmo excma ilmo ilma rvdo mons fray sto sta sn bto pte pdte sec secr gob fdo ntra ud uds vd "
        "vds av avda avd ctra pza dpto prov hnos jr p.ej ej cf vid ee aprox admón"
    ),
    "et": "hr pr prl dr prof dots akad ins kpt kol kin tn mnt pst nt n-ö nn st s.o s.t jt vrd vt ca u nim",
    "fa": "د م ص آ",
    "fi": (
        "toht tri prof dos fil hra rva nti maist ins kapt kenr ev past st pyh esim mm ns ent nyk puh ks vrt ts "
        "joht toim suom engl ruots saks ransk synt k tms mahd varat apul"
    ),
    "fo": "hr fr dr prof st t.d m.a",
    "fr": (
        "m mm mme mmes mlle mlles dr drs pr prof mgr st ste sts stes av bd boul pl gal gén col cdt cap capt lt "
        "sgt ets cf p.ex env arr dép tél rép vve vf s.e s.m bx"
    ),
    "he": "ד פרופ גב מר רח",
    "hi": "डॉ प्रो श्री पं सं कि.मी",
    "hr": "dr prof mr g gđa gosp ing dipl sv ul trg br gen puk sat npr tj tzv odn akad doc o",
    "hu": "dr prof ifj id özv szt br gr szül kb pl ill ún vö ld lásd u stb tábornok alez ezr őrgy szds főhdgy sz",
    "is": "hr fr dr prof sr séra t.d m.a þ.e o.fl nk frk",
    "it": (
        "on sig sigg sig.ra sig.na dott dott.ssa dr prof prof.ssa proff ing avv arch geom rag sen gen col ten "
        "mons mr ill egr gent spett rev cav comm pres dir s ss sta p.zza v.le c.so cfr es p.es f.lli lett"
    ),
    "lt": "p d dr prof doc inž šv g gyv kun gen plk kpt mjr pvz t.y pan akad red",
    "lv": "dr prof doc inž sv ģen plkv kpt piem t.i kgs māc akad red",
    "nl": (
        "dhr mevr mej mw hr dr drs mr ir ing prof ds bc st sint jhr gen kol kap lt maj sgt gebr fa bijv bv ca evt "
        "incl excl o.a d.w.z m.b.t t.o.v t.a.v n.a.v i.p.v z.g zgn vgl vnl burg kard"
    ),
    "no": (
        "hr fr frk dr prof ing dir adv kapt gen st kgl gml gl f.eks bl.a dvs inkl ekskl evt ev iht ifm pga mht "
        "vedr ang jf jfr ca tidl sivil cand mag stud lic pastor sokn o.l red ndr sdr"
    ),
    "pl": (
        "mln mld tys dr prof inż mgr hab lek ks bp abp kard św płk kpt gen mjr por ppłk sierż adm ul al pl os np "
        "tj tzn m.in tzw ok ca zob im ur zm red tłum śp dyr wg przyp p o br s ss pt woj pow gm hr ang niem łac"
    ),
    "pt": (
        "sr sra srs sras srta dr dra drs prof profa profª eng enga arq arqa exmo exma ilmo ilma fr frei pe mons "
        "gen cel cap ten maj sgt alm brig min sen dep gov pres dir av r pça trav rod sto sta s d ex p.ex cf séc "
        "aprox obs univ"
    ),
    "ro": (
        "sc dl dna d-na d-l dr prof ing av arh conf lect acad gen col cpt mr lt pr sf str bd bul bl jud com mun "
        "cca aprox ex de.ex cf sec î.p.s p.s red trad coord"
    ),
    "ru": (
        "г г-н г-жа гр д-р проф доц акад им св ул пл пр-т просп пр пер наб бул д корп кв р-н обл с п м см ср напр "
        "ген полк подполк кап лейт серж сев юж вост зап зам нач зав мин англ нем франц лат греч рус о оз р т.е "
        "т.н т.к и.о прим прибл ок тов чл.-корр"
    ),
    "sk": (
        "mil mld tis dr prof doc ing mgr bc mudr judr phdr csc akad sv ul nám gen plk kpt mjr por p sl st ml napr "
        "tj tzv resp"
    ),
    "sl": "dr prof doc mag ing sv ul gen polk kap ga g npr tj t.i oz akad dipl",
    "sr": "dr prof mr g gđa ing sv ul br gen puk kap npr tj tzv др проф г ул бр св ген нпр тј тзв инж",
    "sv": (
        "dr prof hr fr frk ing dir adv kapt gen kyrkoh st s:t s:ta t.ex bl.a dvs inkl exkl ev evt resp enl ang "
        "jfr ca kungl n:a s:a v:a ö:a g:a s.k f.d m.a.o p.g.a pga med.dr fil.dr tekn doc lic mag förf övers red "
        "sekr"
    ),
    "ta": "திரு திருமதி செல்வி டாக்டர் பேரா முனைவர் கி.மு கி.பி எ.கா செ",
    "tr": (
        "bulv dr prof doç yrd öğr gör av sn müh mim ecz uzm alb yb bnb yzb ütğm tğm gen korg tümg tuğg mah cad "
        "sok bul apt blv bkz örn krş çev haz hz st ünv arş"
    ),
    "uk": (
        "р м с проф акад доц д-р ім св вул просп пл буд кв р-н обл див напр ген полк підполк кап лейт зам нач зав "
        "англ нім лат гр пан о оз т.зв тов прибл ред пер"
    ),
}
"""Before a name, or a number: titles, forms of address, streets, "for example"."""
BEFORE_NUMBERS = (
    "abb abs afb afd alin anm ann ap apr approx aprox apt apto arr art artt arts aug avd ábra b bd bek bl blz bind "
    "blv c ca cap capp cca ch chap cilt circ cl cm col com coord dec des dez dic dl drsc ed éd env ep eq et étage "
    "évf ezr fasc feb febr fej fen fev févr fig figg fol gen godz h hfst hfdst hoofdst ian inc iul iun jan janv jul "
    "juil jun kap kb kd kl klo km köt kreds kuva lib lit lk ld luku magg mai maks maalisk mar märz mart márc max "
    "min mm n nagr nb nn no nos nov nr nrs nro num núm núms number o obj obr oct odd odst okt okrs ot out p pag "
    "pagg pág págs pàg par para parag pct pf pk pkt pl pos poz pp pr prov ptk punkt r rd réf ref rn rdnr rozdz rys "
    "s sec séc sect seg sek sept set sid side ss st str sz szept tab tabl tel tél telf tfno tlf th tit tom tr u úm "
    "ust v vers vol vols vv vd w y z ziff zn čl č čís č.j ő ş şek гл г д кв км м н п пар пп прибл р рис розд ред с "
    "ср ст стр т таб табл тел тт ч чл ок около но αρ αριθ άρθρ άρθ εικ εκ κεφ παρ πιν πίν σ σελ σσ στ στίχ σχ τηλ "
    "τόμ τομ φ χλμ περ ص ط ع ف ق ر ج எண் பக் தொ ரூ செ"
)
"""Before a number, in any language: page, number, figure, article, about."""
