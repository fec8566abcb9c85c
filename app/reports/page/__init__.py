"""How a report looks: one HTML page without scripts and without anything from elsewhere, and a CSV table.

Every text of a report may be foreign (names of VMs, Azure's words): the template escapes all of them, and what would
turn the direction of the text around it is written as a code.

    view.py       what the page says: headline, rows, heat map
    wording.py    its fixed sentences
    charts.py     the geometry of its charts
    rendering.py  Jinja2, and the headers of the page
    csv_table.py  the CSV
"""
