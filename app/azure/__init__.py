"""What Holdfast may ask of Azure, in Holdfast's words.

`ports.py` says what can be asked, `values.py` what goes in and comes out, `errors.py` how Azure can say no, `names.py`
how Azure spells things. `sdk/` is the one implementation; only `app/wiring.py` imports it.
"""
