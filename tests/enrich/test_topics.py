"""Topics, by codes, labels and classes of other vocabularies."""

from __future__ import annotations

import pytest

from pipeline.model.record import Role
from tests.enrich.records import facets, record, statement, value

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
        ("Health", None, "Topic classification", "Health"),
        ("Health", None, "TopicClassification", "Health"),
        ("Health", None, "cessda", "Health"),
        ("Health", None, "Classification of topics", None),
        ("Health", "https://example.org/cessda/Health", None, "Health"),
        ("https://example.org/topicclassification#Health", None, None, "Health"),
        ("https://example.org/topicclassification/Health", None, None, "Health"),
        ("https://example.org/a/b#c#Health", None, CESSDA, "Health"),
        ("HEALTH: public health", None, CESSDA, "Health.PublicHealth"),
        ("HEALTH - public health - of invented people", None, CESSDA, "Health"),
        ("Invented - Health", None, CESSDA, "Health"),
        ("Health-Invented", None, CESSDA, None),
        ("public health", None, CESSDA, "Health.PublicHealth"),
        ("PublicHealth", None, CESSDA, "Health.PublicHealth"),
        ("health.publichealth", None, CESSDA, "Health.PublicHealth"),
        ("Health (topic classification)", None, None, "Health"),
        ("Health (Topic Classification) and more\nwords", None, None, "Health"),
        ("Public (good) health (CESSDA)", None, None, None),
        ("Pottery", "Health", CESSDA, "Health"),
        ("Health", "Pottery", CESSDA, "Health"),
        ("Health.InventedLater", None, CESSDA, "Health.InventedLater"),
        ("Pottery", "https://example.org/cessda#Health.InventedLater", None, "Health.InventedLater"),
        ("Pottery", " Health.InventedLater ", CESSDA, "Health.InventedLater"),
        ("Pottery", "Health.Invented.Later", CESSDA, None),
        ("Pottery", "Health.Later2", CESSDA, None),
        ("Law", None, "Dataverse Subject", "LawCrimeAndLegalSystems"),
        ("Law", None, "My dataverse subject", None),
        ("Law", None, ZA, None),
        ("Family", None, "ZA", "SocialStratificationAndGroupings.FamilyLifeAndMarriage"),
        ("Psychologie", "D5", NARCIS, None),
        ("Invented", "E15000", NARCIS, "NaturalEnvironment"),
        ("Invented", "D21900", NARCIS, "Health.PublicHealth"),
        ("Invented", "D21000", NARCIS, None),
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


def test_the_first_statement_of_a_topic_is_its_evidence() -> None:
    found = facets(
        record(*(statement(Role.TOPIC, label, vocabulary=CESSDA) for label in ("Vaalit", "Health", "Elections")))
    )["topics"]

    assert found.value == ["Health", "Politics.Elections"]
    assert [evidence.words for evidence in found.evidence] == ["Health", "Vaalit"]
