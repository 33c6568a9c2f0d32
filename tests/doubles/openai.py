"""The double of OpenAI, under its old name."""

from tests.doubles.providers.openai import (  # noqa: F401
    Act,
    Double,
    completion,
    decided,
    described,
    mark,
    picture_of,
    serving,
    words_of,
    write_models,
)
