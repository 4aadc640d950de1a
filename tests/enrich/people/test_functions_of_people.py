"""People who are named by their function, and texts, contracts and employers, which are no people."""

from __future__ import annotations

import pytest

from tests.enrich.records import record, value


@pytest.mark.parametrize(
    ("title", "sex"),
    [
        ("Views of CEOs on tax", "all"),
        ("Directors of Ruritanian banks", "all"),
        ("Thrift of the poor", "all"),
        ("The Harbour Aging Study", "all"),
        ("Shareholders on risk", "all"),
        ("Aandeelhouders over risico", "all"),
        ("Bestuursleden aan het woord", "all"),
        ("Aktionäre und Risiko", "all"),
        ("Les actionnaires et le risque", "all"),
        ("Los accionistas y el riesgo", "all"),
        ("Azionisti e rischio", "all"),
        ("Os acionistas e o risco", "all"),
        ("Aktieägare och risk", "all"),
        ("Aksjonærer og risiko", "all"),
        ("Aktionærer og risiko", "all"),
        ("Osakkeenomistajat ja riski", "all"),
        ("Μέτοχοι και κίνδυνος", "all"),
        ("Akcjonariusze i ryzyko", "all"),
        ("Akcionáři a riziko", "all"),
        ("Részvényesek és kockázat", "all"),
        ("Dioničari i rizik", "all"),
        ("Delničarji in tveganje", "all"),
        ("株主とリスク", "all"),
        ("Boards of directors", None),
    ],
)
def test_people_by_their_function(title: str, sex: str | None) -> None:
    assert value(record(title=title), "sex") == sex


@pytest.mark.parametrize(
    ("title", "description"),
    [
        ("Feedback on the ward: a scoping review", "How students are told of their progress."),
        ("Collective labour agreements 1990", "Clauses on leave for young employees."),
        ("Collectieve arbeidsovereenkomsten 1990", "Bepalingen over jonge werknemers."),
        ("Tarifverträge 1990", "Regeln für Beschäftigte."),
        ("Conventions collectives 1990", "Clauses sur les salariés."),
        ("Evaluatie van een wet", "Enquête onder werkgevers."),
    ],
)
def test_reviews_agreements_and_employers_are_no_people(title: str, description: str) -> None:
    assert value(record(title=title, description=description), "sex") is None
