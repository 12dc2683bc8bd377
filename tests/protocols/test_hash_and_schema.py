"""What a participant is pinned to, and what editors are told: both follow the document and nothing else."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.protocol.document import ProtocolDocument
from domain.protocol.expanded import content_hash
from protocols.problems import DocumentInvalid
from protocols.reading import (
    ProtocolInvalid,
    json_schema,
    library,
    load_document,
    protocol_body,
    published_document,
    read_protocol,
)
from protocols.yaml_text import parse_yaml
from tests.protocols.small import SMALL, broken, written

ROOT = Path(__file__).resolve().parents[2]
PINNED = "d499a4bbfd11f07d860c2690ecc40132754afb22b1b82190e8652e4b71637d1e"
"""The hash of the small protocol since it was first published."""
DOCUMENTS = sorted((ROOT / "protocols").glob("*.yaml"))


@settings(max_examples=30)
@given(st.randoms(use_true_random=False))
def test_the_hash_does_not_depend_on_the_order_of_keys(chance: random.Random) -> None:
    """Two documents that differ only in the order of their keys pin participants to the same hash."""
    document = ProtocolDocument.model_validate(_shuffled(parse_yaml(SMALL, "small.yaml").value, chance))
    assert content_hash(document) == PINNED


def test_the_hash_does_not_depend_on_comments_or_layout(tmp_path: Path) -> None:
    """Comments, quotes and flow style are not the protocol."""
    value = parse_yaml(SMALL, "small.yaml").value
    dumped = yaml.safe_dump(json.loads(json.dumps(value, default=str)), allow_unicode=True, sort_keys=False)
    other = written(tmp_path, f"# another hand\n{dumped}")
    assert read_protocol(other).hash == load_document(value).hash


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("early: P3D, late: P3D", "early: P3D, late: P4D"),
        ("zh-CN: 访视1", "zh-CN: 访视一"),
        ("at_least: 18", "at_least: 19"),
        ("within: P2D", "within: P3D"),
        ("{after: P1D, tell", "{after: P2D, tell"),
        ('version: "1.0"', 'version: "1.1"'),
    ],
)
def test_the_hash_changes_with_every_value(old: str, new: str, tmp_path: Path) -> None:
    """A changed window, label, limit, shelf life, delay or version is another hash."""
    before = read_protocol(written(tmp_path, SMALL)).hash
    assert read_protocol(written(tmp_path, broken(old, new))).hash != before


def test_the_hash_of_a_published_document_never_changes(tmp_path: Path) -> None:
    """INV-19: a document published by an earlier release has the same hash in this one.

    When this fails, a type gained a field whose default is not None: participants would lose their protocol.
    """
    assert read_protocol(written(tmp_path, SMALL)).hash == PINNED


def test_a_stored_body_that_was_tampered_with_is_refused() -> None:
    """A body that is no valid protocol never becomes one, and the error says what is wrong with it."""
    body = protocol_body(load_document(parse_yaml(SMALL, "small.yaml").value))
    body["visits"][0]["window"]["anchor"] = "nowhere"
    with pytest.raises(
        ProtocolInvalid, match=r"stored document: visits\[0\].window.anchor: there is no item"
    ):
        load_document(body)


def test_a_published_body_stays_in_force_when_a_release_objects_to_it() -> None:
    """What only a check of meaning objects to is still read, so that nobody under treatment stands still."""
    body = protocol_body(load_document(parse_yaml(SMALL, "small.yaml").value))
    reminded = {
        **body,
        "visits": [{**body["visits"][0], "labels": {"en": "x", "zh-CN": "x"}}, *body["visits"]],
    }
    with pytest.raises(ProtocolInvalid):
        load_document(reminded)
    assert published_document(reminded).document.visits[0].labels.en == "x"


def test_a_published_body_of_another_form_is_refused() -> None:
    """A body that has not the form of a document is no protocol, and the error says where it is not."""
    body = protocol_body(load_document(parse_yaml(SMALL, "small.yaml").value))
    with pytest.raises(ProtocolInvalid, match=r"stored document: visits: "):
        published_document({**body, "visits": "none"})


def test_the_published_schema_is_in_step_with_the_code() -> None:
    """`protocol.schema.json` is what this code reads; `make schema` writes it again."""
    published = json.loads((ROOT / "protocols" / "protocol.schema.json").read_text(encoding="utf-8"))
    assert published == json_schema()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.stem)
def test_the_protocols_fulfil_the_published_schema(path: Path) -> None:
    """An editor that uses the schema finds no fault with a document that the product takes."""
    jsonschema.Draft202012Validator.check_schema(json_schema())
    validator = jsonschema.Draft202012Validator(json_schema())
    written_value = json.loads(
        json.dumps(parse_yaml(path.read_text(encoding="utf-8"), path.name).value, default=float)
    )
    assert [error.message for error in validator.iter_errors(written_value)] == []
    assert [error.message for error in validator.iter_errors(protocol_body(read_protocol(path)))] == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "  kept_from: start\n  source: {assumption: For tests.}",
            "  kept_from: start\n  source: {guess: x}",
        ),
        ("labels: {en: Visit 1, zh-CN: 访视1}", "labels: {en: Visit 1}"),
        ("requires: [consent]", "require: [consent]"),
        ("tell: investigator", "tell: nurse"),
    ],
)
def test_the_schema_finds_what_an_editor_can_find(old: str, new: str) -> None:
    """A wrong source, a missing label, a mistyped field and an unknown role are seen while typing."""
    value = json.loads(json.dumps(parse_yaml(broken(old, new), "small.yaml").value, default=float))
    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(value))


def test_the_hash_is_over_the_stored_body() -> None:
    """What the store keeps is exactly what the hash was taken over."""
    protocol = load_document(parse_yaml(SMALL, "small.yaml").value)
    assert content_hash(ProtocolDocument.model_validate(protocol_body(protocol))) == protocol.hash


def test_the_library_finds_documents_by_id_and_version() -> None:
    """Each protocol of the directory is found by its id and version, whatever its file is called."""
    assert library(ROOT / "protocols") == {
        ("DZ-CYCLES", "1.0"): ROOT / "protocols" / "DZ-CYCLES.yaml",
        ("NCT06642025", "1.0"): ROOT / "protocols" / "NCT06642025.yaml",
    }


def test_two_files_cannot_claim_the_same_version(tmp_path: Path) -> None:
    """A copied file that kept id and version is refused, naming both files."""
    (tmp_path / "a.yaml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(SMALL, encoding="utf-8")
    with pytest.raises(DocumentInvalid, match=r"b\.yaml:2: version: SMALL version 1\.0 is also in .*a\.yaml"):
        library(tmp_path)


def test_a_file_without_identity_is_refused(tmp_path: Path) -> None:
    """A YAML file that is no document is not passed over in silence."""
    (tmp_path / "notes.yaml").write_text("remember: this\n", encoding="utf-8")
    with pytest.raises(DocumentInvalid, match=r"notes\.yaml:1: id and version are missing"):
        library(tmp_path)


def _shuffled(value: Any, chance: random.Random) -> Any:
    if isinstance(value, dict):
        keys = list(value)
        chance.shuffle(keys)
        return {key: _shuffled(value[key], chance) for key in keys}
    return [_shuffled(each, chance) for each in value] if isinstance(value, list) else value
