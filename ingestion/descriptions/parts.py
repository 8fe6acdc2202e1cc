"""What every part of a description has in common: it refuses keys that it does not know."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from ingestion.exits import which_instead

UNKNOWN_KEY = "unknown_key"
Variable = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9_]*$")]
Path = Annotated[str, Field(min_length=1)]
Scalar = str | int | float | bool


class Part(BaseModel):
    """A part of a description: no key that it does not know, no value of another type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _knows_each_key(cls, value: Any) -> Any:
        if isinstance(value, dict):
            known = [field.alias or name for name, field in cls.model_fields.items()]
            for key in value:
                if key not in known:
                    advice = which_instead(str(key), known)
                    raise PydanticCustomError(
                        UNKNOWN_KEY, "there is no such key; {advice}", {"advice": advice, "key": key}
                    )
        return value
