"""Rows of the table that everything is about: a figure of both sides, their ratio, and what it should be."""

from dataclasses import asdict, dataclass, field, fields


@dataclass
class Verdict:
    """One promise, and what was measured of it."""

    key: str
    work: str
    unit: str  # of `ours` and `theirs`
    ours: float
    theirs: float
    against: str  # what the other figure is of
    ratio: float
    floor: float | None = None  # what the ratio should be, at least
    at_most: bool = False  # the floor is a ceiling
    is_share: bool = False  # the ratio is told in per cent
    note: str = ""
    round_ratios: list = field(default_factory=list)
    large_pages_ratio: float | None = None

    @property
    def is_met(self):
        """Whether the promise is kept; None where none was given."""
        if self.floor is None:
            return None
        return self.ratio <= self.floor if self.at_most else self.ratio >= self.floor

    @property
    def outcome(self):
        return {None: "", True: "met", False: "missed"}[self.is_met]

    def told(self, number):
        """A ratio as people read it."""
        return f"{number:.0%}" if self.is_share else f"{number:.2f} ×"

    @property
    def limit(self):
        if self.floor is None:
            return ""
        return ("at most " if self.at_most else "") + (
            f"{self.floor:.0%}" if self.is_share else f"{self.floor:g} ×")

    @property
    def sentence(self):
        limit = f"; asked for: {self.limit}: {self.outcome}" if self.limit else ""
        pages = f" ({self.large_pages_ratio:.2f} × with its large pages)" if self.large_pages_ratio else ""
        note = f" [{self.note}]" if self.note else ""
        return (
            f"{self.work}: {figure(self.ours, self.unit)} against {figure(self.theirs, self.unit)} "
            f"({self.against}), {self.told(self.ratio)}{pages}{limit}{note}")

    def as_json(self):
        return {**asdict(self), "is_met": self.is_met}

    @classmethod
    def from_json(cls, values):
        names = {one.name for one in fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in names})


def figure(value, unit):
    """A number with its unit, in three digits or more."""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:,.{digits}f} {unit}"
