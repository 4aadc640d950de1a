"""Topics, by codes, labels and classes of other vocabularies."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import record, statement, value

CESSDA, NARCIS, SUBJECT, ZA = (
    "CESSDA Topic Classification",
    "NARCIS classification",
    "Dataverse subject",
    "ZA-Categories",
)


@pytest.mark.parametrize(
    ("text", "code", "vocabulary", "topic"),
    [
        ("Voting", "Politics.Elections", CESSDA, "Politics.Elections"),
        (
            "Voting",
            "https://vocabularies.example.org/TopicClassification#Politics.Elections",
            None,
            "Politics.Elections",
        ),
        ("Demography", None, CESSDA, "Demography"),
        ("Leisure, tourism and sport", None, CESSDA, "SocietyAndCulture.LeisureTourismAndSport"),
        ("HEALTH - physical fitness and exercise", None, CESSDA, "Health.PhysicalFitnessAndExercise"),
        ("HEALTH - health of invented people", None, CESSDA, "Health"),
        ("Lapset", "Lapset", CESSDA, "SocialStratificationAndGroupings.Children"),
        ("Freizeit, Tourismus und Sport", None, CESSDA, "SocietyAndCulture.LeisureTourismAndSport"),
        ("Vaalit", None, CESSDA, "Politics.Elections"),
        ("人口", None, CESSDA, "Demography"),
        ("Transport, travel (and mobility)", None, CESSDA, "TransportAndTravel"),
        ("Health (CESSDA Topic Classification) https://vocabularies.example.org", None, None, "Health"),
        ("Health.InventedLater", "Health.InventedLater", CESSDA, "Health.InventedLater"),
        ("Sorcery.Spells", "Sorcery.Spells", CESSDA, None),
        ("Pottery", None, CESSDA, None),
        ("Other", None, CESSDA, None),
        ("Health", None, None, None),
        ("Health", None, "Invented keywords", None),
        ("Psychologie", "D51000", NARCIS, "Psychology"),
        ("Middeleeuwen", "D34200", NARCIS, "History"),
        ("Sociale wetenschappen", "D60000", NARCIS, None),
        ("Psychology", None, NARCIS, None),
        ("Law", None, SUBJECT, "LawCrimeAndLegalSystems"),
        ("Social Sciences", None, SUBJECT, None),
        ("Political Issues", None, ZA, "Politics"),
    ],
)
def test_a_topic_by_its_code_or_label_or_by_a_class_within_it(
    text: str, code: str | None, vocabulary: str | None, topic: str | None
) -> None:
    stated = statement(Role.TOPIC, text, code=code, vocabulary=vocabulary)

    assert value(record(stated), "topics") == (None if topic is None else [topic])


def test_a_narrower_topic_replaces_the_broader_one() -> None:
    both = record(
        statement(Role.TOPIC, "Politics", vocabulary=CESSDA), statement(Role.TOPIC, "Elections", vocabulary=CESSDA)
    )

    assert value(both, "topics") == ["Politics.Elections"]
