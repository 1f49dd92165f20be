from app.core.problems import Problem


def test_texts_are_translated_before_params_are_filled_in():
    problem = Problem("p", "Between {min} and {max}.", {"min": 1, "max": 2}, remedy="Not {min}.")
    polish = {"Between {min} and {max}.": "Od {min} do {max}.", "Not {min}.": "Nie {min}."}
    assert problem.text() == "Between 1 and 2."
    assert problem.text(polish.__getitem__) == "Od 1 do 2."
    assert problem.remedy_text(polish.__getitem__) == "Nie 1."
    assert Problem("p", "m").remedy_text(polish.__getitem__) == ""


def test_one_line_for_a_terminal():
    problem = Problem("code", "Wrong.", remedy="Mend it.").located("a.yaml", 3, 5, "pages[0]")
    assert str(problem) == "a.yaml:3:5: Wrong. Mend it. [code] (pages[0])"
    assert str(Problem("code", "Wrong.")) == "Wrong. [code]"
