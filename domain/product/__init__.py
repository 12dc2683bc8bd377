"""A participant's product: whose it is, where it is, whether it may be given, and what is booked around it.

The rule that keeps it honest: nothing moves on with another identity than the one bound at its collection.
"""
