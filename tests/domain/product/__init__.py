"""Tests of the product: identity, custody, shelf life, release, bookings, planning back."""
