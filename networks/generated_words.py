"""The words that generated records are made of, all of them ours: compounds, made-up places, sentences.

A generated directory is to be searched like a grown one: many words, most of them rare, in two languages that
say the same. Swedish gets them by joining nouns, as Swedish does; places are joined from parts of place names.
"""

from collections import namedtuple
from itertools import accumulate

# How many compounds and places a directory may use. Each compound has three Swedish forms.
COMPOUNDS, PLACES = 11_000, 9_000

# The first part of a compound, in Swedish with its joint.
MODIFIERS = """
stads=urban|hållbarhets=sustainability|medborgar=citizen|grannskaps=neighbourhood|klimat=climate|ungdoms=youth
barn=children's|kultur=culture|vatten=water|dagvatten=stormwater|energi=energy|solel=solar power|cykel=cycling
gång=walking|kollektivtrafik=public transport|bostads=housing|boende=residents'|hyresgäst=tenant|skol=school
förskole=preschool|äldre=senior|hälso=health|idrotts=sports|park=park|odlings=growing|trädgårds=garden|mat=food
livsmedels=food supply|återbruks=reuse|avfalls=waste|materialåtervinnings=recycling|delnings=sharing
byggnads=building|trähus=timber house|renoverings=renovation|torg=square|gatu=street|hamn=harbour|strand=shore
flod=river|skärgårds=archipelago|landsbygds=countryside|bygde=village|region=regional|kust=coastal|skogs=forest
närings=trade|arbetsmarknads=labour market|jobb=jobs|företagar=entrepreneur|kooperativ=co-operative
förenings=association|folkbildnings=popular education|biblioteks=library|språk=language|integrations=integration
jämställdhets=gender equality|tillgänglighets=accessibility|trygghets=safety|ljus=lighting|ljud=sound|buller=noise
luft=air|träd=tree|pollinerings=pollination|mångfalds=diversity|demokrati=democracy|budget=budget|data=data
sensor=sensor|digitaliserings=digitalisation|kart=map|modell=model|plan=planning|översiktsplan=masterplan
detaljplan=zoning|markanvisnings=land allocation|upphandlings=procurement|innovations=innovation|test=test
försöks=trial|design=design|tjänste=service|rörelse=movement|logistik=logistics|gods=freight|parkerings=parking
laddnings=charging|fjärrvärme=district heating|värme=heat|kyl=cooling|översvämnings=flood|beredskaps=preparedness
kris=crisis|ras=landslide|minnes=memory|kulturarvs=heritage|museums=museum|konst=art|scen=stage|musik=music
film=film|hantverks=craft|verktygs=tool|textil=textile|lokal=local|kvarters=block|förorts=suburb|innerstads=inner city
station=station|natt=night|vinter=winter|sommar=summer|vardags=everyday|fritids=leisure|spel=game|lek=play
"""

# What may stand between the first and the last part.
JOINTS = """
utvecklings=development|planerings=planning|forsknings=research|samverkans=co-operation|omställnings=transition
förnyelse=renewal|lär=learning|stöd=support|vård=care|kunskaps=knowledge|metod=methods|idé=ideas|framtids=futures
uppföljnings=follow-up|förvaltnings=management|informations=information|råds=council|policy=policy
"""

# The last part: one, the one, many; in English one and many.
NOUNS = """
nätverk nätverket nätverk=network networks|dialog dialogen dialoger=dialogue dialogues
verkstad verkstaden verkstäder=workshop workshops|labb labbet labb=lab labs|forum forumet forum=forum forums
plattform plattformen plattformar=platform platforms|modell modellen modeller=model models
strategi strategin strategier=strategy strategies|karta kartan kartor=map maps|guide guiden guider=guide guides
mötesplats mötesplatsen mötesplatser=meeting place meeting places|trädgård trädgården trädgårdar=garden gardens
hubb hubben hubbar=hub hubs|arena arenan arenor=arena arenas|akademi akademin akademier=academy academies
skola skolan skolor=school schools|kurs kursen kurser=course courses|cirkel cirkeln cirklar=circle circles
råd rådet råd=council councils|panel panelen paneler=panel panels|budget budgeten budgetar=budget budgets
fond fonden fonder=fund funds|pool poolen pooler=pool pools|bank banken banker=bank banks
central centralen centraler=centre centres|byrå byrån byråer=bureau bureaus|studio studion studior=studio studios
station stationen stationer=station stations|rum rummet rum=room rooms|hus huset hus=house houses
stråk stråket stråk=route routes|led leden leder=trail trails|park parken parker=park parks
kvarter kvarteret kvarter=quarter quarters|prov provet prov=test tests|försök försöket försök=trial trials
pilot piloten piloter=pilot pilots|kampanj kampanjen kampanjer=campaign campaigns|vecka veckan veckor=week weeks
festival festivalen festivaler=festival festivals|marknad marknaden marknader=market markets
analys analysen analyser=analysis analyses|studie studien studier=study studies
översikt översikten översikter=overview overviews|mätning mätningen mätningar=survey surveys|rapport rapporten rapporter=report reports
index indexet index=index indexes|verktyg verktyget verktyg=tool tools|handbok handboken handböcker=handbook handbooks
process processen processer=process processes|plan planen planer=plan plans|vision visionen visioner=vision visions
överenskommelse överenskommelsen överenskommelser=agreement agreements|allians alliansen allianser=alliance alliances
partnerskap partnerskapet partnerskap=partnership partnerships
tjänst tjänsten tjänster=service services|lösning lösningen lösningar=solution solutions
atlas atlasen atlaser=atlas atlases|berättelse berättelsen berättelser=story stories
utställning utställningen utställningar=exhibition exhibitions|vandring vandringen vandringar=walk walks|samtal samtalet samtal=talk talks
laboratorium laboratoriet laboratorier=laboratory laboratories|rådslag rådslaget rådslag=assembly assemblies
kompass kompassen kompasser=compass compasses|almanacka almanackan almanackor=calendar calendars
"""

GROUPS = """
boende=residents|unga=young people|äldre=older people|skolelever=pupils|hyresgäster=tenants|föreningar=associations
företagare=business owners|forskare=researchers|tjänstepersoner=officials|arkitekter=architects|odlare=growers
studenter=students|nyanlända=newcomers|fastighetsägare=property owners|konstnärer=artists|pendlare=commuters
föräldrar=parents|planerare=planners|volontärer=volunteers|bibliotekarier=librarians|cyklister=cyclists
handlare=shopkeepers|ingenjörer=engineers|pedagoger=educators|politiker=politicians|grannar=neighbours
"""

ADJECTIVES = """
öppna=open|gröna=green|delade=shared|nya=new|små=small|gemensamma=common|enkla=simple|långsiktiga=long-term
rörliga=mobile|tillfälliga=temporary|billiga=affordable|trygga=safe|varma=warm|lokala=local|smarta=smart|cirkulära=circular
blå=blue|tysta=quiet|levande=lively|robusta=robust|flytande=floating|hållbara=sustainable|kloka=wise|täta=dense
"""

GOALS = """
renare luft=cleaner air|fler träd längs gatorna=more trees along the streets|kortare väg till jobb=shorter ways to jobs
lägre hyror=lower rents|tryggare kvällar=safer evenings|mindre avfall=less waste
fler möten mellan generationer=more meetings between generations|färre bilar på skolgatan=fewer cars in the school street
bättre beslut=better decisions|ett torg som används året om=a square that is used all year
en stad som tål skyfall=a city that withstands cloudbursts|lägre elräkningar=lower electricity bills
fler lokala företag=more local businesses|billigare resor=cheaper journeys|mer inflytande för unga=a greater say for the young
jämnare hälsa=more equal health|mer mat som odlas nära=more food grown nearby|starkare föreningsliv=a richer life of associations
"""

PLACE_STARTS = """
ek björk ask alm lind lönn rönn hassel asp al tall gran en ljung mossa sten berg klipp sand grus ler havre råg korn
lin humle hal vind storm sol måne stjärn morgon kväll vinter sommar höst vår regn snö is frost dimm svan or järp tran
lom fisk gädd lax abborr id räv hjort älg häst får lamm get ox järn koppar silver guld tjär kol smed mjöl kvarn såg
bro port kyrk kloster kung drottning bisk präst fog skom väv glas tegel krut salt ham skepp båt år segel ankar fyr
stor lill ny gammel hög låg lång bred djup grå vit svart röd grön blå mellan ytter inner
"""

PLACE_ENDS = """
hult torp by vik näs berga dal holm sund sjö ö å bäck ås backa kulla lunda skog mo hed vång åker ryd röd rud stad
borg hamn strand sala valla torpa bo boda hyttan bruk kvarn fors ström källa mark äng ängen lund gård gården
udden holmen viken dalen lunden åsen hagen parken höjden kullen tomta sta hem inge löv mossen heden kärr sjön
"""

# Municipalities whose names the parts would make too; nothing is to be made up about them.
TAKEN = {"Eksjö", "Laxå", "Ljungby", "Nykvarn", "Sandviken", "Storfors", "Tranås"}

# Parts of town names abroad, by the sound of the languages there.
TOWNS = {
    "nordic": ("Bjarn Ulv Ryg Orre Mår Tind Skarv Grå Tang Ørn Lyng Stub", "vik fjord haug stad dal sund havn by nes bø rud"),
    "finnic": ("Hukka Pelto Tuuli Sumu Kaarna Näre Pilvi Sade Routa Kurki", "lahti niemi vaara mäki lampi salmi koski linna saari"),
    "baltic": ("Aizk Krūt Šilt Vilkm Mežr Varn Saul Rukl Debes Ziem", "pils kalns upe ene ava aiņi ėnai iškis"),
    "germanic": ("Krumm Stolz Wurz Silber Lerchen Hasen Moos Dachs Tannen Eisen Höh", "burg dorf feld heim haven bach stadt bruck kirchen au"),
    "romance": ("Valdor Serrin Casmor Fontal Rivel Marçon Altir Campor Belrin Sertan", "mora ville rena sol fiore ès agne ona ello eira ano"),
    "slavic": ("Wronko Sowin Klon Jeżo Topol Malino Krasno Burzo Szumo Leśno", "grad ice ów any brod pole ovo ec ín"),
    "islands": ("Gorse Heron Rowan Flint Bracken Otter Curlew Sedge Plover Kestrel", "ford bridge more haven ton field mouth ley dare wick"),
    "south": ("Kalor Pelan Megor Agrim Vadas Kishar Fehér Xirov Tolnok", "opolis ovathi okastro io háza vár hely ochori falva"),
}  # fmt: skip

# How a town abroad may end in Swedish and in English, where those have a name of their own for it.
SWEDISH_ENDS = {"burg": "borg", "haven": "hamn", "feld": "fält", "havn": "hamn", "ville": "villa", "dorf": "torp"}
ENGLISH_ENDS = {"borg": "burgh", "hamn": "haven", "ö": "oe", "å": "aa", "havn": "haven"}

# {one}, {the} and {many} are a compound's forms, {more} many of another, {place} and {city} are names.
NAMES = [
    ("{Bare} i {place}", "{Bare} in {place}"),
    ("{Bare} för {group} i {place}", "{Bare} for {group} in {place}"),
    ("{Place}: {adjective} {many}", "{Place}: {adjective} {many}"),
    ("{Adjective} {many} för {group}", "{Adjective} {many} for {group}"),
    ("Från {more} till {many}", "From {more} to {many}"),
    ("{Many} och {more} i {city}", "{Many} and {more} in {city}"),
    ("{Group} bygger {many}", "{Group} build {many}"),
    ("{Acronym} – {bare}", "{Acronym} – {bare}"),
]
BEGINNINGS = [
    ("Projektet ordnar {one} i {place} tillsammans med {group}.", "The project sets up {one} in {place} together with {group}."),
    ("I {place} prövas {one} som ska ge {goal}.", "In {place}, {one} meant to bring {goal} is put to the test."),
    ("{Group} i {city} planerar {many} och jämför dem med {more}.", "{Group} in {city} plan {many} and compare them with {more}."),
    ("Syftet är {goal}, och vägen dit går genom {adjective} {many}.", "The aim is {goal}, and the way there leads through {adjective} {many}."),
    ("Med {the} vill {group} i {place} visa vad {adjective} {more} kan bli.", "With {the}, {group} in {place} want to show what {adjective} {more} can become."),
    ("{City} låter {group} bestämma över {adjective} {many}.", "{City} lets {group} decide on {adjective} {many}."),
    ("Här samlas erfarenheter av {many} från {place} och {city}.", "Experience of {many} in {place} and {city} is brought together here."),
    ("{The} i {place} öppnas för {group}.", "{The} in {place} is opened to {group}."),
]  # fmt: skip
ENDINGS = [
    ("", ""),
    ("", ""),
    ("Målet är {goal}.", "The goal is {goal}."),
    ("Resultaten används i {more} på andra håll.", "The results are used in {more} elsewhere."),
    ("Efteråt tar {city} över driften.", "Afterwards, {city} takes over."),
    ("{Adjective} {more} jämförs med {the}.", "{Adjective} {more} are compared with {the}."),
    ("{Group} från {place} deltar i arbetet.", "{Group} from {place} take part in the work."),
    ("Kostnader och nytta följs upp efter två år.", "Costs and benefits are looked at again after two years."),
]  # fmt: skip

# A noun with its forms in one language; `one` carries its article, `bare` does not.
Noun = namedtuple("Noun", "bare one the many")


class Urn:
    """Things drawn by a power law: the first most often, the last hardly ever."""

    def __init__(self, random, things, exponent=0.9):
        """Weigh the things: the larger the exponent, the rarer the last; 0 treats all alike."""
        self.random, self.things = random, list(things)
        self.weights = list(accumulate((rank + 2) ** -exponent for rank in range(len(self.things))))

    def draw(self, count):
        """Return `count` things, each drawn from all."""
        return self.random.choices(self.things, cum_weights=self.weights, k=count)

    def one(self):
        """Return one thing."""
        return self.draw(1)[0]


class Phrasebook:
    """The words of one generated directory, each a pair of Swedish and English, to be drawn from."""

    def __init__(self, random):
        """Choose which compounds and places there are, and which of them are common."""
        self.random = random
        modifiers, joints, nouns = _pairs(MODIFIERS), _pairs(JOINTS), _pairs(NOUNS)
        short = [(first, None, last) for first in modifiers for last in nouns]
        long = {(random.choice(modifiers), random.choice(joints), random.choice(nouns)) for _each in range(COMPOUNDS)}
        # A set has no order that could be repeated; sorting gives it one.
        compounds = random.sample(short, len(short)) + random.sample(sorted(long), len(long))
        compounds = random.sample(compounds, COMPOUNDS)
        places = swedish_places()
        self.compounds = Urn(random, [_compound(*parts) for parts in compounds])
        self.places = Urn(random, random.sample(places, min(PLACES, len(places))))
        self.groups, self.adjectives = Urn(random, _pairs(GROUPS), 0.5), Urn(random, _pairs(ADJECTIVES), 0.5)
        self.goals = Urn(random, _pairs(GOALS), 0.3)

    def texts(self, cities):
        """Yield for each of some cities the words for one record, in Swedish and in English."""
        count = len(cities)
        drawn = zip(
            cities,
            self.places.draw(count),
            self.compounds.draw(count),
            self.compounds.draw(count),
            self.groups.draw(count),
            self.adjectives.draw(count),
            self.goals.draw(count),
            strict=True,
        )
        for city, place, noun, more, group, adjective, goal in drawn:
            names = city.name_sv, city.name_en
            acronym = (place[:3] + noun[1].bare[:3]).upper().replace(" ", "").replace("'", "")
            yield tuple(
                {
                    "bare": noun[language].bare,
                    "Bare": _begun(noun[language].bare),
                    "one": noun[language].one,
                    "the": noun[language].the,
                    "The": _begun(noun[language].the),
                    "many": noun[language].many,
                    "Many": _begun(noun[language].many),
                    "more": more[language].many,
                    "group": group[language],
                    "Group": _begun(group[language]),
                    "adjective": adjective[language],
                    "Adjective": _begun(adjective[language]),
                    "goal": goal[language],
                    "place": place,
                    "Place": place,
                    "city": names[language],
                    "City": names[language],
                    "Acronym": acronym,
                }
                for language in (0, 1)
            )


def joined(start, end):
    """Return a compound of two words; no letter stands three times, as Swedish spelling has it."""
    return start + (end[1:] if start[-2:] == end[0] * 2 else end)


def swedish_places():
    """Return all made-up names of Swedish places, in alphabetical order."""
    names = {joined(start, end) for start in PLACE_STARTS.split() for end in PLACE_ENDS.split() if start != end}
    return sorted({name.capitalize() for name in names} - TAKEN)


def towns(sounds):
    """Return all made-up names of towns in one of the sounds, each as it is there, in Swedish, and in English."""
    if sounds == "swedish":
        names = swedish_places()
    else:
        starts, ends = TOWNS[sounds]
        names = [start + end for start in starts.split() for end in ends.split()]
    return [(name, _with_end(name, SWEDISH_ENDS), _with_end(name, ENGLISH_ENDS)) for name in names]


def _with_end(name, ends):
    for old, new in ends.items():
        if name.endswith(old):
            return name.removesuffix(old) + new
    return name


def _begun(text):
    return text[0].upper() + text[1:]


def _pairs(table):
    return [tuple(pair.split("=")) for pair in table.strip().replace("\n", "|").split("|")]


def _compound(first, joint, last):
    one, the, many = last[0].split()
    before = joined(first[0], joint[0]) if joint else first[0]
    forms = [joined(before, form) for form in (one, the, many)]
    swedish = Noun(forms[0], f"{'ett' if the.endswith('t') else 'en'} {forms[0]}", *forms[1:])
    words = last[1].split()
    one, many = " ".join(words[: len(words) // 2]), " ".join(words[len(words) // 2 :])
    before = " ".join([first[1], *([joint[1]] if joint else [])])
    article = "an" if before[0] in "aeiou" else "a"
    return swedish, Noun(f"{before} {one}", f"{article} {before} {one}", f"the {before} {one}", f"{before} {many}")
