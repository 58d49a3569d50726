"""One piece of work on both sides, in turn, in several rounds; the other side at the best of its settings."""

from dataclasses import dataclass, field

from .settings import beyond


class Unfinished(Exception):
    """A setting that could not be measured, and why."""


@dataclass
class Result:
    """What one process did."""

    seconds: list  # of each measured piece of the work: steps, or one whole
    peak_mib: float
    details: dict = field(default_factory=dict)  # what else there is to tell, as JSON holds it


@dataclass
class Entry:
    """One side, or one setting of the other side."""

    name: str
    results: list = field(default_factory=list)
    note: str = ""
    counts: bool = True

    @property
    def seconds(self):
        """Each piece at its best over the rounds: what the machine does when it is left alone."""
        return sum(min(pieces) for pieces in zip(*(result.seconds for result in self.results)))

    @property
    def peak_mib(self):
        return max(result.peak_mib for result in self.results)

    def figures(self, work):
        """The entry as JSON; `work` is what was done: {"tokens": ..., "operations": ...}."""
        if not self.results:
            return {"name": self.name, "note": self.note, "counts": self.counts}
        found = {
            "name": self.name, "counts": self.counts, "seconds": self.seconds, "peak_mib": self.peak_mib,
            "round_seconds": [sum(result.seconds) for result in self.results], "note": self.note,
            **self.results[0].details}
        if "tokens" in work:
            found["tokens_per_second"] = work["tokens"] / self.seconds
            found["gflops"] = work["operations"] / self.seconds / 1e9
        return found


class Contest:
    """Runs A B1 B2 ... in the first round, and A with the fastest of B after that."""

    def __init__(self, context, name, ours, theirs, settings, go_beyond=True):
        """`ours()` and `theirs(setting)` run one side once and give a `Result`."""
        self.context, self.name = context, name
        self.run_ours, self.run_theirs = ours, theirs
        self.ours = Entry("ours")
        self.entries = {}
        self.settings, self.go_beyond = settings, go_beyond

    def run(self):
        self.turn()
        for setting in self.settings:
            self.try_setting(setting)
        if self.go_beyond:
            for setting in beyond(self.fastest_setting(), self.context.compile_limit):
                self.try_setting(setting)
        again = [self.fastest_setting()]
        again += [setting for setting in self.entries if setting.large_pages and self.entries[setting].results]
        for number in range(1, self.context.rounds):
            self.turn(number)
            for setting in again:
                self.try_setting(setting)
        return self

    def turn(self, number=0):
        self.context.say(f"{self.name}: round {number + 1} of {self.context.rounds}, ours")
        self.ours.results.append(self.run_ours())

    def try_setting(self, setting):
        entry = self.entries.setdefault(setting, Entry(setting.name, counts=setting.counts))
        self.context.say(f"{self.name}: {setting.name}")
        try:
            entry.results.append(self.run_theirs(setting))
        except Unfinished as reason:
            entry.note = str(reason)

    def fastest_setting(self):
        """The fastest of those that count."""
        measured = [
            setting for setting, entry in self.entries.items() if entry.results and setting.counts]
        if not measured:
            raise Unfinished(f"{self.name}: no setting of the other side could be measured")
        return min(measured, key=lambda setting: self.entries[setting].seconds)

    @property
    def theirs(self):
        return self.entries[self.fastest_setting()]

    @property
    def large_pages(self):
        """The entry with large pages; None where there is none."""
        return next(
            (entry for setting, entry in self.entries.items() if setting.large_pages and entry.results), None)

    @property
    def ratio(self):
        """How many times as fast ours is."""
        return self.theirs.seconds / self.ours.seconds

    def round_ratios(self):
        pairs = zip(self.ours.results, self.theirs.results)
        return [sum(theirs.seconds) / sum(ours.seconds) for ours, theirs in pairs]

    def figures(self, work):
        return {
            "name": self.name, **work, "ours": self.ours.figures(work),
            "theirs": [entry.figures(work) for entry in self.entries.values()],
        }
