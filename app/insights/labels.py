"""Choices in words, outside an interview."""

from app import engine


def said(question: engine.Question, choice: engine.Choice, language: str) -> str:
    """A choice's label; of a scale's ends the end label ("0" is "Not at all likely"); else its name."""
    text = choice.label.plain(language) if language in choice.label.parts else choice.name
    if text != choice.name or not question.choices:
        return text
    ends = {question.choices[-1].name: "high", question.choices[0].name: "low"}
    end = question.parameters.get(ends.get(choice.name, ""))
    return end.plain(language) if isinstance(end, engine.Text) and language in end.parts else text
