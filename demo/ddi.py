"""DDI-Codebook in the versions that archives use: 2.5, 2.1 and 1.2.2 (https://ddialliance.org/ddi-codebook)."""

from __future__ import annotations

from typing import NamedTuple

from lxml import etree

from demo.families import Period, Study, Words

_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_OLD = "http://www.icpsr.umich.edu/DDI"

_ENGLISH = {
    "BE": "Belgium", "CH": "Switzerland", "DE": "Germany", "FI": "Finland", "FR": "France", "JP": "Japan",
    "MQ": "Martinique", "NL": "Netherlands", "SE": "Sweden",
}  # fmt: skip
_ARCHIVE = {"en": "The Demo Archive", "nl": "Het Demo-archief", "de": "Das Demo-Archiv", "fi": "Demo-arkisto"}
_KINDS = {"qualitative": "Qualitative", "measurements": "Measurements and tests", "text": "Text"}
_TIME_METHODS = {
    "panel": ("Longitudinal: Panel", "Longitudinal.Panel"),
    "cohort": ("Longitudinal: Cohort/Event-based", "Longitudinal.CohortEventBased"),
    "trial": ("Longitudinal", "Longitudinal"),
}
_ACCESS = (
    "The data are openly available to all users without registration.",
    "The data are available to registered users after accepting the standard terms.",
    "The data are available only by permission of the depositor, who decides on each request.",
)
_AUTHORS = (
    "Institute for Everyday Life, Fernhill University",
    "Centre for Slow Science",
    "Working Group on Households and Fields",
    "Laboratory for Long Series",
)


class _Version(NamedTuple):
    number: str
    namespace: str | None
    languages: bool
    """Whether every element has a language attribute, as current profiles require, or only the root."""
    detail: bool


_V25 = _Version("2.5", "ddi:codebook:2_5", languages=True, detail=True)
_V21 = _Version("2.1", _OLD, languages=True, detail=True)
_V21_BARE = _Version("2.1", None, languages=True, detail=True)
_V122 = _Version("1.2.2", None, languages=False, detail=False)
_V122_OLD = _Version("1.2.2", _OLD, languages=False, detail=False)


def codebook(study: Study) -> bytes:
    """The study as a DDI-Codebook document; version and optional elements vary by study."""
    if study.reject == "wrong_format":
        return _resource(study)
    return _Writer(study).write()


def _resource(study: Study) -> bytes:
    """A record that is no DDI, offered under the metadata prefix of DDI-Codebook."""
    namespace = "urn:demo:inventory"
    root = etree.Element(f"{{{namespace}}}item", nsmap={"inv": namespace})
    etree.SubElement(root, f"{{{namespace}}}shelf").text = study.number
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _version_of(study: Study, pick: float) -> _Version:
    if len(study.words) > 1 or pick < 0.55:
        return _V25
    if pick < 0.7:
        return _V21
    if pick < 0.8:
        return _V21_BARE
    return _V122 if pick < 0.9 else _V122_OLD


class _Writer:
    """Writes one study; holds what all its elements need."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.chance = study.random
        self.version = _version_of(study, self.chance.random())
        self.year = str(study.published)

    def write(self) -> bytes:
        main = self.study.words[0]
        namespace = self.version.namespace
        root = etree.Element(f"{{{namespace}}}codeBook" if namespace else "codeBook", nsmap=_nsmap(namespace))
        root.set("version", self.version.number)
        root.set(_LANG if self.version.languages else "xml-lang", main.language)
        document = self.add(self.add(self.add(root, "docDscr"), "citation"), "titlStmt")
        self.add(document, "titl", f"Documentation of {self.study.number}")
        description = self.add(root, "stdyDscr")
        self._citation(self.add(description, "citation"))
        self._information(self.add(description, "stdyInfo"))
        self._method(self.add(description, "method"))
        self._access(self.add(description, "dataAccs"))
        if self.version.detail and self.chance.random() < 0.3:
            publication = self.add(self.add(description, "othrStdyMat"), "relPubl")
            publication.text = f"A report on the collection, doi:10.5072/report.{self.study.number.lower()}"
        return etree.tostring(root, encoding="UTF-8", xml_declaration=True, pretty_print=True)

    def add(
        self, parent: etree._Element, name: str, text: str | None = None, language: str | None = None, **attributes: str
    ) -> etree._Element:
        namespace = self.version.namespace
        child = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name)
        child.text = text
        for key, value in attributes.items():
            child.set(key, value)
        if language and self.version.languages:
            child.set(_LANG, language)
        return child

    def each(self) -> tuple[Words, ...]:
        return self.study.words if self.version.languages else self.study.words[:1]

    def _citation(self, citation: etree._Element) -> None:
        main, *others = self.each()
        titles = self.add(citation, "titlStmt")
        self.add(titles, "titl", main.title, main.language)
        for other in others:
            self.add(titles, "parTitl", other.title, other.language)
        self._numbers(titles)
        self.add(self.add(citation, "rspStmt"), "AuthEnty", self.chance.choice(_AUTHORS))
        production = self.add(citation, "prodStmt")
        self.add(production, "copyright", f"© {self.year} The Demo Archive")
        self.add(production, "prodDate", self.year, date=f"{self.year}-03-01")
        if self.version.detail and self.chance.random() < 0.4:
            self.add(production, "fundAg", "Fund for Long Views")
        distribution = self.add(citation, "distStmt")
        for words in self.each():
            name = _ARCHIVE.get(words.language, _ARCHIVE["en"])
            self.add(distribution, "distrbtr", name, words.language, URI="https://demo-archive.invalid")
        self.add(distribution, "contact", "Help desk", email="desk@demo-archive.invalid")
        self.add(distribution, "distDate", self.year, date=f"{self.year}-04-15")
        self.add(self.add(citation, "verStmt"), "version", "1.1", date=f"{self.year}-04-15")
        self.add(citation, "holdings", URI=f"https://demo-archive.invalid/studies/{self.study.number}")

    def _numbers(self, titles: etree._Element) -> None:
        """Study number and DOI. Some records lack one of them, and some have the DOI with a prefix or as a URL."""
        doi = self.study.doi
        written = self.chance.choice(
            (None, doi.upper(), f"doi:{doi}", f"https://doi.org/{doi}", f"http://dx.doi.org/{doi}")
        )
        if self.chance.random() < 0.85 or self.study.number.startswith("DA9"):
            self.add(titles, "IDNo", self.study.number, agency="DA")
        if written:
            self.add(titles, "IDNo", written, agency="DOI")

    def _information(self, information: etree._Element) -> None:
        subject = self.add(information, "subject")
        for words in self.each():
            for keyword in words.keywords:
                self.add(subject, "keyword", keyword, words.language)
        if topic := self.study.more.get("topic"):
            self.add(subject, "topcClas", topic, "en", vocab="CESSDA Topic Classification")
        for words in self.each():
            if words.description is not None:
                self.add(information, "abstract", words.description, words.language)
        self._summary(self.add(information, "sumDscr"))

    def _summary(self, summary: etree._Element) -> None:
        study = self.study
        for name, periods in (("timePrd", study.periods), ("collDate", study.collected)):
            for cycle, period in enumerate(periods, 1):
                self._dates(summary, name, period, f"P{cycle}" if len(periods) > 1 else None)
        if study.period_words:
            self.add(summary, "timePrd", study.period_words)
        self._places(summary)
        if self.version.detail:
            unit = study.more.get("unit", "Individual" if study.more.get("people", True) else "Other")
            shown_unit = self.add(summary, "anlyUnit", unit, "en")
            self.add(shown_unit, "concept", unit.replace(" ", ""), vocab="DDI Analysis Unit")
        for words in self.each():
            if words.population:
                self.add(summary, "universe", words.population, words.language, clusion="I")
        if study.excludes:
            self.add(summary, "universe", study.excludes, study.words[0].language, clusion="E")
        if self.version.detail:
            self.add(summary, "dataKind", _KINDS.get(study.more.get("kind", ""), "Quantitative"), "en")

    def _places(self, summary: etree._Element) -> None:
        main = self.study.words[0].language
        for words in self.each():
            for name, code in self.study.nations:
                shown = _ENGLISH.get(code or "", name) if words.language == "en" != main else name
                self.add(summary, "nation", shown, words.language, **({"abbr": code} if code else {}))
        for place in self.study.places:
            self.add(summary, "geogCover", place, main)

    def _dates(self, summary: etree._Element, name: str, period: Period, cycle: str | None) -> None:
        more = {"cycle": cycle} if cycle else {}
        if period.start == period.end and period.start:
            self.add(summary, name, period.start, None, date=period.start, event="single", **more)
            return
        if period.start:
            self.add(summary, name, period.start, None, date=period.start, event="start", **more)
        if period.end and period.end[0].isdigit():
            self.add(summary, name, period.end, None, date=period.end, event="end", **more)
        elif period.end:
            self.add(summary, name, period.end, None, event="end", **more)

    def _method(self, method: etree._Element) -> None:
        if not self.version.detail:
            return
        collection = self.add(method, "dataColl")
        label, code = _TIME_METHODS.get(self.study.more.get("design", ""), ("Cross-section", "CrossSection"))
        if self.study.more.get("people", True):
            self.add(self.add(collection, "timeMeth", label, "en"), "concept", code, vocab="DDI Time Method")
            mode = self.chance.choice(
                ("Face-to-face interview", "Self-administered questionnaire", "Telephone interview")
            )
            self.add(collection, "collMode", mode, "en")

    def _access(self, access: etree._Element) -> None:
        use = self.add(access, "useStmt")
        self.add(use, "restrctn", self.chance.choice(_ACCESS), "en")
        if self.version.detail:
            self.add(use, "citReq", "Works that rest on the data should cite the collection by title and number.", "en")


def _nsmap(namespace: str | None) -> dict[str, str] | None:
    default: dict[str, str] = {None: namespace} if namespace else {}  # type: ignore[dict-item]
    return default or None
