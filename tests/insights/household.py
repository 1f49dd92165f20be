"""A questionnaire with grids, a ranking, times, a long list and repeats in repeats, and people who answered it."""

TOWNS = ", ".join(f"{{name: t{number}, label: Town {number}}}" for number in range(60))
HOUSEHOLD = f"""\
questionnaire: household
title: Household
languages: [en]
basis: confidential
purpose: to learn
minutes: 5
lists: [{{name: towns, choices: [{TOWNS}]}}]
pages:
  - name: start
    questions:
      - {{name: town, type: lookup, label: Your town, choices: towns}}
      - name: rate
        type: matrix_single
        label: How was …
        rows: [{{name: price, label: the price}}, {{name: staff, label: the staff}}]
        choices: [{{name: good, label: Good}}, {{name: fair, label: Fair}}, {{name: bad, label: Bad}}]
        dont_know: yes
      - name: spent
        type: constant_sum
        label: Of 100 spent on
        rows: [{{name: food, label: Food}}, {{name: rent, label: Rent}}]
      - name: notes
        type: matrix_text
        label: Say of
        rows: [{{name: home, label: your home}}, {{name: street, label: your street}}]
      - name: best
        type: ranking
        label: What matters most
        choices: [{{name: a, label: Light}}, {{name: b, label: Quiet}}, {{name: c, label: Space}}]
      - name: news
        type: multiple_choice
        label: Where from
        choices:
          - {{name: tv, label: Television}}
          - {{name: web, label: Internet}}
          - {{name: other, label: Other, specify: Please say which}}
      - {{name: up, type: time, label: When do you get up}}
      - {{name: moved, type: datetime, label: When did you move in}}
      - {{name: warm, type: slider, label: How warm}}
      - {{name: size, type: integer, label: How many live here, min: 0, max: 9}}
  - repeat: member
    title: Person ${{position|}}
    count: ${{size}}
    pages:
      - name: who
        questions:
          - {{name: first, type: text, label: First name}}
          - {{name: age, type: integer, label: "How old is ${{first|this person}}?", min: 0, dont_know: yes}}
          - {{name: work, type: yes_no, label: Works, relevant: "${{age}} >= 15"}}
      - repeat: job
        title: Job
        count: 1
        pages: [{{name: j, questions: [{{name: hours, type: integer, label: Hours, min: 0, relevant: "${{work}} = 'yes'"}}]}}]
  - name: last
    questions: [{{name: bye, type: long_text, label: Anything else}}]
"""

PEOPLE = [
    {
        "town": "t3", "rate__price": "good", "rate__staff": "bad", "spent__food": "40", "spent__rent": "60",
        "notes__home": "small", "notes__street": "loud", "best": ["b", "a"], "news": ["tv", "other"],
        "news__other__text": "My neighbour", "up": "06:30", "moved": "2020-05-01T10:00", "warm": "80", "size": "3",
        "first[1]": "Ala", "age[1]": "40", "work[1]": "yes", "hours[1][1]": "38",
        "first[2]": "Jan", "age[2]": "8", "hours[2][1]": "",
        "first[3]": "Ola", "age[3]__special": "dk", "hours[3][1]": "", "bye": "Thanks",
    },
    {
        "town": "t3", "rate__price": "good", "rate__staff__special": "dk", "spent__food": "20", "spent__rent": "80",
        "notes__home": "", "notes__street": "nice", "best": ["b", "c", "a"], "news": ["tv"], "up": "07:30",
        "moved": "2021-05-01T12:00", "warm": "20", "size": "1", "first[1]": "Ewa", "age[1]": "70", "work[1]": "no", "bye": "",
    },
    {
        "town": "t9", "rate__price": "bad", "rate__staff": "", "best": ["a"], "news": ["web"], "up": "09:00", "size": "0",
        "bye": "",
    },
]  # fmt: skip
