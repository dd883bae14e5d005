"""ETMUN: transnational municipal networks, and which city or authority is a member of which."""

from hashlib import blake2b

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.imports.mapping import Column, Field, Identifier, Mapping, Name, Told
from directory.imports.readers import Problem, address, amount, country, whole, year
from directory.sources import Source
from networks.members_told import MUNICIPAL, Members
from networks.models import City, Membership, Network, NetworkLink, Organisation
from networks.place_names import squashed, well_cased

ETMUN = Told(
    Source,
    (Field("slug", "etmun"),),
    {
        "slug": "etmun",
        "name_sv": "ETMUN – transnationella kommunnätverk och deras medlemmar",
        "name_en": "ETMUN – transnational municipal networks and their members",
        "summary_sv": "Register över nätverk mellan kommuner i flera länder och över vilka som är med i dem, samlat för en doktorsavhandling ur en årsbok över internationella organisationer (2015) och nätverkens egna webbplatser.",
        "summary_en": "Register of networks between municipalities of several countries and of who is in them, collected for a doctoral thesis from a yearbook of international organisations (2015) and the networks' own sites.",
        "language": "en",
        "as_of": "2019~",
        "notice_sv": "Raden kommer ur ett register som har lästs in av ett program; ingen har gått igenom den här. Insamlingsdagen är läst ur det senaste inträdesåret.",
        "notice_en": "The row comes from a register that was loaded by a program; nobody has gone through it here. When it was collected is read from the latest year of joining.",
    },
    only_new=True,
)
KIND_NOTE = {
    "note_sv": "Registret omfattar bara transnationella kommunnätverk; att ett sådant är ett stadsnätverk är vår läsning.",
    "note_en": "The register holds transnational municipal networks only; that such a network is a city network is our reading.",
}


def network_told(code, name, **fields):
    """Return the network of a code; where only its name is known, whatever is there is left as it is."""
    told = {
        "name_sv": name,
        "identifiers": f"ETMUN: {code}",
        "kind": Network.Kind.CITY,
        "scope": Network.Scope.TRANSNATIONAL,
        "inferred_fields": "kind",
        "source": ETMUN,
        "locator": f"Code {code}",
        **KIND_NOTE,
        **fields,
    }
    names = tuple(filter(None, [name, *told.get("other_names", "").splitlines()]))
    return Told(Network, (Identifier("ETMUN", code), Name(names, any_country=True)), told, only_new=not fields)


def addresses(cell):
    """Several web addresses with semicolons between."""
    return [address(part.strip()) for part in cell.split(";") if part.strip()]


class EtmunNetworks(Mapping):
    """The networks themselves."""

    name = "etmun-networks"
    label = gettext_lazy("ETMUN: transnational municipal networks")
    model = Network
    source = ETMUN
    encoding, delimiter = "cp1252", ";"
    disputed = ("started",)
    columns = [
        Column("Name", required=True),
        Column("Acronym"),
        Column("Code", required=True),
        Column("Url", addresses),
        Column("Date", year),
    ]
    unread = {
        "Country (secretariat)": "our networks have no seat; the country of a network is that of a national one",
        "Aims": "a register's sentences are not ours to repeat",
        "Activities": "a register's sentences are not ours to repeat",
        "Members": "says in free words who may be a member, not who is",
    }

    def label_of(self, line):
        """The name."""
        return line.text.get("Name") or ""

    def tell(self, line):
        """A network, and its web addresses."""
        yield ETMUN
        acronym, code = line["Acronym"] or "", line["Code"]
        other = acronym if squashed(acronym) != squashed(line["Name"]) else ""
        network = network_told(code, line["Name"], name_en=line["Name"], other_names=other, started=line["Date"])
        network.columns.update(name_sv="Name", started="Date")
        yield network
        for number, url in enumerate(line["Url"] or [], start=1):
            key = f"etmun-{code.lower()}-link-{number}"
            fields = {"key": key, "network": network, "label_sv": "Webbplats", "label_en": "Website", "url": url}
            yield Told(NetworkLink, (Field("key", key),), {**fields, "source": ETMUN, "locator": f"Code {code}, Url"})


PUBLIC = {
    *("Intermunicipality", "Intermuncipality", "Intermunicipal Authority", "Intermediary Municipal authority"),
    *("Regional Authority", "Regional Authorities", "Region", "District", "County", "County Authority", "State"),
    *("State Body", "Body State", "Stade Body", "National Authority", "Municipal Administration"),
}
PLAIN_MEMBER = {"", "Member", "Full Member", "Full member", "Effective Member"}


def code_of_country(cell):
    """A country by its ISO code; a code that is none says nothing that we can use."""
    try:
        return country(cell)
    except Problem:
        return None


class EtmunMemberships(Mapping):
    """Who is a member of which network; `networks.members_told` decides what each line's member is."""

    name = "etmun-memberships"
    label = gettext_lazy("ETMUN: members of transnational municipal networks")
    model = Membership
    source = ETMUN
    columns = [
        Column("Network_Name", required=True),
        Column("Code_Network", required=True),
        Column("Full_Name"),
        Column("Locality_Siege"),
        Column("CountryCode", code_of_country),
        Column("Entity"),
        Column("Statut"),
        Column("Year_of_Joining", year),
        Column("geonameId", whole),
        Column("asciiName"),
        Column("lat_GN", amount),
        Column("lng_GN", amount),
    ]
    unread = {
        "CountryName": "the code says it; where the code NA was lost, places elsewhere stand under Namibia",
        "Region": "follows from the country",
    }

    def label_of(self, line):
        """The member and the network."""
        return f"{line.text.get('Full_Name') or line.text.get('asciiName')} – {line.text.get('Network_Name')}"

    def gather(self, lines):
        """Look through all lines: several tell of one place, and several of one membership."""
        self.members = Members(lines)

    def tell(self, line):
        """A membership, with the network, the city and, where the member is another body, the organisation."""
        if line["Statut"] == "Former Member":
            raise Problem(_("A former member, and no year of leaving: our memberships cannot say that."), "Statut")
        if line["Entity"] == "Network Administration":
            raise Problem(_("The network's own office, not a member of it."), "Entity")
        if not line["Full_Name"]:
            raise Problem(_("The register does not name the member."), "Full_Name")
        member = self.members.member(line)
        network = network_told(line["Code_Network"], line["Network_Name"])
        city = self.city(member.place, line) if member.place else None
        body = self.body(line, member, city) if member.is_body else None
        yield ETMUN
        yield network
        if city:
            yield city
        if body:
            yield body
        key = f"etmun-{line['Code_Network'].lower()}-{blake2b(repr(member.key).encode(), digest_size=6).hexdigest()}"
        fields = {
            "key": key,
            "network": network,
            "city": None if body else city,
            "organisation": body,
            "since": min((since for _status, since in member.said if since), default=None),
            "source": ETMUN,
            "locator": f"Code_Network {line['Code_Network']}, geonameId {member.first.geonames_id or '–'}",
            "quote": member.first.full[:250],
            **self.note(member),
        }
        yield Told(Membership, (Field("key", key),), fields)

    def city(self, place, line):
        """The city of a place."""
        fields = {"name_sv": place.name, "country": place.country, "source": ETMUN, "quote": line["Full_Name"][:250]}
        if not place.geonames_id:
            by = (Name((place.name,), place.country),)
            return Told(City, by, fields, only_new=True)
        fields |= {
            "other_names": "\n".join(place.others),
            "geonames_id": place.geonames_id,
            "latitude": place.latitude,
            "longitude": place.longitude,
            "gazetteer": ETMUN,
            "locator": f"geonameId {place.geonames_id}",
        }
        fields["quote"] = place.ascii
        by = (
            Field("geonames_id", place.geonames_id),
            Name((place.name, *place.others), place.country, place.geonames_id, (place.latitude, place.longitude)),
        )
        return Told(City, by, fields)

    def body(self, line, member, city):
        """The organisation that is a member, seated in the city."""
        municipal = line["Entity"] in MUNICIPAL
        public = line["Entity"] in PUBLIC
        name = well_cased(line["Full_Name"], line["Locality_Siege"] or "")[:250]
        if squashed(name) != squashed(line["Full_Name"]):
            name = line["Full_Name"][:250]
        fields = {"name_sv": name, "country": member.country, "source": ETMUN, "city": city}
        fields |= {"quote": line["Full_Name"][:250], "locator": f"Entity {line['Entity'] or '–'}"}
        if municipal or public:
            kind = Organisation.Kind.MUNICIPALITY if municipal else Organisation.Kind.AUTHORITY
            fields |= {"kind": kind, "inferred_fields": "kind"}
            fields |= {
                "note_sv": f"Registret kallar den ”{line['Entity']}”; slaget är vår läsning av det ordet.",
                "note_en": f"The register calls it “{line['Entity']}”; the kind is our reading of that word.",
            }
        return Told(
            Organisation, (Name((line["Full_Name"],), member.country, any_country=True),), fields, only_new=True
        )

    def note(self, member):
        """What the register says of the membership beside who and since when."""
        swedish, english = [], []
        statuses = list(dict.fromkeys(status for status, _since in member.said if status not in PLAIN_MEMBER))
        years = sorted({since for _status, since in member.said if since})
        if statuses:
            swedish.append(f"Ställning i registret: {', '.join(statuses)}.")
            english.append(f"Status in the register: {', '.join(statuses)}.")
        if len(years) > 1:
            swedish.append(f"Registret har flera rader, med åren {', '.join(years)}; det tidigaste står här.")
            english.append(
                f"The register has several lines, with the years {', '.join(years)}; the earliest stands here."
            )
        if member.doubted:
            swedish.append(
                f"Registret ger medlemmen GeoNames-platsen ”{member.doubted}”, som har ett annat namn; den är inte använd."
            )
            english.append(
                f"The register gives the member the GeoNames place “{member.doubted}”, which has another name; it was not used."
            )
        return {"note_sv": " ".join(swedish), "note_en": " ".join(english)}
