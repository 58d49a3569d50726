"""What TensorBoard reads in a folder of event files, as JSON.

`scalars` come from the accumulator that TensorBoard itself uses; `events` counts the records of each
file, read by the loader that checks every checksum.
"""

import json
import pathlib
import sys

from tensorboard.backend.event_processing import event_accumulator, event_file_loader

folder = pathlib.Path(sys.argv[1])
accumulator = event_accumulator.EventAccumulator(str(folder))
accumulator.Reload()
scalars = {
    tag: [[event.step, event.value, event.wall_time] for event in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
events = {}
versions = []
for file in sorted(folder.glob("events.out.tfevents.*")):
    loaded = list(event_file_loader.EventFileLoader(str(file)).Load())
    events[file.name] = len(loaded)
    versions.append(loaded[0].file_version)
json.dump({"scalars": scalars, "events": list(events.values()), "versions": versions}, sys.stdout)
