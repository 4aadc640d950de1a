"""Invented studies as DDI-Codebook 2.5, in the answer of an OAI-PMH server to `GetRecord`, as harvesters store it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random
from xml.sax.saxutils import escape

from benchmarks.generated.studies import Study, Texts, study
from benchmarks.generated.texts import phrase

_CV = "https://vocabularies.cessda.invalid/v2/vocabularies"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" \
xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/ http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">
  <responseDate>2026-02-01T03:00:00Z</responseDate>
  <request verb="GetRecord" metadataPrefix="oai_ddi25" identifier="{oai}">https://archive.invalid/oai</request>
  <GetRecord>
    <record>
      <header>
        <identifier>{oai}</identifier>
        <datestamp>2026-01-{day:02d}T02:00:00Z</datestamp>
      </header>
      <metadata>
        <codeBook xmlns="ddi:codebook:2_5" version="2.5" xsi:schemaLocation="ddi:codebook:2_5 \
http://www.ddialliance.org/Specification/DDI-Codebook/2.5/XMLSchema/codebook.xsd">"""
_TAIL = """        </codeBook>
      </metadata>
    </record>
  </GetRecord>
</OAI-PMH>
"""
_WITH_VARIABLES = 0.08
"""Share of the records that describe their variables: these are ten times as large as the others."""
_INDENT = " " * 12


def codebook(number: int, version: int = 0) -> bytes:
    """The record of a number; the median is 20 kB, and some have 200 kB."""
    made = study(number, version, words=520)
    head = _HEAD.format(oai=f"oai:archive.invalid:{made.local_id}", day=1 + number % 28)
    lines = [_INDENT + line for line in _codebook(made)]
    return "\n".join([head, *lines, _TAIL]).encode()


def _codebook(made: Study) -> Iterator[str]:
    yield "<docDscr><citation><titlStmt>"
    yield f'  <titl xml:lang="en">Description of {made.local_id}</titl>'
    yield "</titlStmt><prodStmt>"
    yield from _each(made, "producer", made.publisher, 'abbr="GEN"')
    yield "</prodStmt></citation></docDscr>"
    yield "<stdyDscr>"
    yield from _citation(made)
    yield "<stdyInfo>"
    yield from _subject(made)
    for texts in made.texts:
        yield f'<abstract xml:lang="{texts.language}">{escape(texts.abstract)}</abstract>'
    yield from _summary(made)
    yield "</stdyInfo>"
    yield from _method(made)
    yield "<dataAccs>"
    yield from _each(made, "useStmt", f"<restrctn>{escape(made.access)}</restrctn>", is_markup=True)
    yield "</dataAccs>"
    yield "<othrStdyMat>"
    for _ in range(made.chance.randrange(2, 20)):
        yield f"  <relPubl>{escape(_publication(made))}</relPubl>"
    yield "</othrStdyMat></stdyDscr>"
    yield f'<fileDscr ID="F1"><fileTxt><fileName xml:lang="en">{made.local_id}.csv</fileName></fileTxt></fileDscr>'
    if made.chance.random() < _WITH_VARIABLES:
        yield from _variables(made.chance)


def _each(made: Study, name: str, text: str, attributes: str = "", *, is_markup: bool = False) -> Iterator[str]:
    """The same element in each of the languages."""
    for texts in made.texts:
        more = f" {attributes}" if attributes else ""
        yield f'  <{name} xml:lang="{texts.language}"{more}>{text if is_markup else escape(text)}</{name}>'


def _citation(made: Study) -> Iterator[str]:
    main, *others = made.texts
    year = made.collected.end.year
    yield "<citation><titlStmt>"
    yield f'  <titl xml:lang="{main.language}">{escape(main.title)}</titl>'
    for other in others:
        yield f'  <parTitl xml:lang="{other.language}">{escape(other.title)}</parTitl>'
    yield from _each(made, "IDNo", made.local_id, 'agency="GEN"')
    yield from _each(made, "IDNo", made.doi, 'agency="DOI"')
    yield "</titlStmt><rspStmt>"
    for author in made.authors:
        yield from _each(made, "AuthEnty", author, 'affiliation="University of Lowmere"')
    yield "</rspStmt><prodStmt>"
    yield from _each(made, "copyright", f"Copyright {year} {made.publisher}")
    yield f'  <prodDate xml:lang="en" date="{year}-05-01">{year}</prodDate>'
    if made.funder:
        yield from _each(made, "fundAg", made.funder)
    yield "</prodStmt><distStmt>"
    yield from _each(made, "distrbtr", made.publisher, 'abbr="GEN" URI="https://archive.invalid/"')
    yield from _each(made, "distDate", str(year), f'date="{year}-06-15"')
    yield "</distStmt>"
    if made.series:
        yield "<serStmt>"
        yield from _each(made, "serName", made.series)
        yield "</serStmt>"
    yield f'<verStmt><version xml:lang="en" date="{year}-06-15">1.{made.number % 4}</version></verStmt>'
    address = f"https://archive.invalid/studies/{made.local_id}"
    yield from _each(made, "holdings", made.publisher, f'URI="{address}" location="{escape(made.publisher)}"')
    yield "</citation>"


def _subject(made: Study) -> Iterator[str]:
    yield "<subject>"
    for texts in made.texts:
        for keyword in texts.keywords:
            vocabulary = f'vocab="Invented thesaurus" vocabURI="https://thesaurus.invalid/{texts.language}/terms"'
            identifier = keyword.casefold().replace(" ", "_")
            yield f'  <keyword xml:lang="{texts.language}" {vocabulary} ID="{identifier}">{escape(keyword)}</keyword>'
    for label, code in made.topics:
        yield from _each(
            made,
            "topcClas",
            label,
            f'vocab="CESSDA Topic Classification" vocabURI="{_CV}/TopicClassification?code={code}"',
        )
    yield "</subject>"


def _summary(made: Study) -> Iterator[str]:
    yield "<sumDscr>"
    for name, period in (("timePrd", made.period), ("collDate", made.collected)):
        for event, day in (("start", period.start), ("end", period.end)):
            yield from _each(made, name, str(day), f'date="{day}" event="{event}"')
    for texts in made.texts:
        yield f'  <nation xml:lang="{texts.language}" abbr="{made.nation}">{texts.nation}</nation>'
        yield f'  <geogCover xml:lang="{texts.language}">{texts.nation}</geogCover>'
    yield from _coded(made, "anlyUnit", made.unit, "AnalysisUnit")
    if made.population:
        yield f'  <universe xml:lang="en" clusion="I">{escape(made.population)}</universe>'
    yield from _each(made, "dataKind", "Quantitative")
    yield "</sumDscr>"


def _coded(made: Study, name: str, term: tuple[str, str] | None, vocabulary: str) -> Iterator[str]:
    if term is None:
        return
    label, code = term
    concept = f'<concept vocab="DDI {vocabulary}" vocabURI="{_CV}/{vocabulary}">{code}</concept>'
    yield from _each(made, name, f"{label}{concept}", is_markup=True)


def _method(made: Study) -> Iterator[str]:
    yield "<method><dataColl>"
    yield from _coded(made, "timeMeth", made.design, "TimeMethod")
    if made.sampling:
        yield f'  <sampProc xml:lang="en">{made.sampling}</sampProc>'
    yield from _coded(made, "collMode", made.mode, "ModeOfCollection")
    if made.sample_size:
        yield f'  <sampleSize xml:lang="en">{made.sample_size}</sampleSize>'
    for texts in made.texts:
        yield f'  <weight xml:lang="{texts.language}">{_sentence(made.chance, texts, 24)}</weight>'
    yield "</dataColl></method>"


def _sentence(chance: Random, texts: Texts, length: int) -> str:
    return escape(phrase(chance, texts.language, length).capitalize() + ".")


def _publication(made: Study) -> str:
    title = phrase(made.chance, "en", 14).capitalize()
    year = made.collected.end.year + made.chance.randrange(1, 8)
    number = made.chance.getrandbits(40)
    return f"{made.authors[0]} ({year}). {title}. Journal of Invented Results, doi:10.5072/art.{number}"


def _variables(chance: Random) -> Iterator[str]:
    yield "<dataDscr>"
    for number in range(chance.randrange(40, 260)):
        label = escape(phrase(chance, "en", 6))
        yield f'  <var ID="V{number}" files="F1" name="v{number}" intrvl="discrete"><labl>{label}</labl>'
        yield f"    <qstn><qstnLit>{escape(phrase(chance, 'en', 16).capitalize())}?</qstnLit></qstn>"
        for value in range(chance.randrange(2, 8)):
            category = f"<catValu>{value}</catValu><labl>{escape(phrase(chance, 'en', 2))}</labl>"
            yield f'    <catgry>{category}<catStat type="freq">{chance.randrange(4000)}</catStat></catgry>'
        yield "  </var>"
    yield "</dataDscr>"
