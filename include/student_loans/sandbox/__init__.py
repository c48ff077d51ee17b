"""Open received files in a separate process: if it crashes or hangs, the document is refused and the worker continues.

A child process handles many documents, so a call costs a message over a pipe, not the start of a process. The child has
limits on memory, open files and written files; the parent measures the time. The parent unpickles only builtin data and
classes of this project.
"""
