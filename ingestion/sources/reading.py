"""Reads the descriptions of kinds, shipped and one's own; a faulty one takes no other with it."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from ingestion.descriptions.faults import sentences
from ingestion.descriptions.parts import Part
from ingestion.descriptions.yaml_file import BadDescription, Document, read_yaml
from ingestion.exits import which_instead
from ingestion.settings import Settings
from ingestion.sources.client import Service
from ingestion.sources.kind import KIND, Kind

PartOf = TypeVar("PartOf", bound=Part)
SHIPPED, OWN = Path(__file__).parent / "kinds", "kinds"


@dataclass(frozen=True)
class Described:
    """A kind, the service that has it, and where both are described."""

    name: str
    kind: Kind
    service_name: str
    service: Service
    document: Document

    def where(self, *keys: str) -> str:
        """Return the file and line of a key of the kind, or of the nearest above it, for messages."""
        return f"{self.document.file}, line {self.document.line(['kinds', self.name, *keys])}"


@dataclass
class Catalogue:
    """Every kind by its name, and a sentence for each that cannot be used."""

    kinds: dict[str, Described] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def find(self, name: str) -> Described:
        """Return a kind.

        Raises:
            BadDescription: there is none of that name; the message says what there is.
        """
        if name in self.kinds:
            return self.kinds[name]
        advice = which_instead(name, sorted(self.kinds))
        raise BadDescription(
            f"there is no kind {name}; {advice}" + "".join(f"\n{one}" for one in self.faults)
        )


def read_catalogue(settings: Settings, shipped: Path = SHIPPED) -> Catalogue:
    """Return all kinds; a file of one's own takes the place of the shipped one of the same name."""
    files = {
        file.stem: file for folder in (shipped, settings.root / OWN) for file in sorted(folder.glob("*.yml"))
    }
    catalogue = Catalogue()
    # of two kinds of one name the shipped one stays
    for file in sorted(files.values(), key=lambda file: (file.parent != shipped, file.name)):
        try:
            _add(catalogue, file)
        except BadDescription as fault:
            catalogue.faults += str(fault).splitlines()
    return catalogue


def _add(catalogue: Catalogue, file: Path) -> None:
    document = read_yaml(file)
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get("kinds"), dict) or not value["kinds"]:
        raise BadDescription(f"{file}: this describes no kinds, which begin with title: .. and kinds: ..")
    head = {key: part for key, part in value.items() if key != "kinds"}
    service = _validated(Service, document, head)
    for name, part in value["kinds"].items():
        try:
            kind = _kind(document, str(name), part)
            if str(name) in catalogue.kinds:
                first = catalogue.kinds[str(name)].where()
                line = document.line(["kinds", name])
                raise BadDescription(f"{file}, line {line}: there is a kind {name} already, in {first}")
            catalogue.kinds[str(name)] = Described(str(name), kind, file.stem, service, document)
        except BadDescription as fault:
            catalogue.faults += str(fault).splitlines()


def _kind(document: Document, name: str, part: Any) -> Kind:
    if not re.fullmatch(KIND, name):
        line = document.line(["kinds", name])
        raise BadDescription(
            f"{document.file}, line {line}: kinds.{name}: a kind is called like service.thing"
        )
    return _validated(Kind, document, part, "kinds", name)


def _validated(model: type[PartOf], document: Document, value: Any, *above: str) -> PartOf:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise BadDescription("\n".join(sentences(document, error.errors(), above))) from None
