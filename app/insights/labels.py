"""Choices in words, outside an interview."""

from app import engine


def said(question: engine.Question, choice: engine.Choice, language: str) -> str:
    """A choice's label; of a scale's ends the end label ("0" is "Not at all likely"); else its name."""
    text = choice.label.plain(language) if language in choice.label.parts else choice.name
    ends = {0: "low", len(question.choices) - 1: "high"}
    place = next((place for place, each in enumerate(question.choices) if each.name == choice.name), -1)
    end = question.parameters.get(ends.get(place, ""))
    return (
        end.plain(language) if text == choice.name and isinstance(end, engine.Text) and language in end.parts else text
    )
