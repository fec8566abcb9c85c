"""The version of this package: that of the server whose document it was made from."""

VERSION = "0.2.0"
