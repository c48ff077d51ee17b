"""A seeded generator of labelled, fictional student-loan documents.

It shares nothing with the pipeline that reads them, so that what it draws is a fair test: the pipeline never sees its
lenders, layouts or label wordings, and it never sees the pipeline's label knowledge.
"""
