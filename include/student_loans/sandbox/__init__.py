"""Opening hostile files in a process of its own: a crash or a hang there is a refused document, not a dead worker.

The child is started once and used for many documents, so isolation costs a pipe's round trip, not a start. It has limits
on memory, open files and written files; the parent holds the clock. What comes back is plain data of this project's own
classes, nothing else is unpickled.
"""
