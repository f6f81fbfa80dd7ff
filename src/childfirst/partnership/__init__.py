"""Posts, contacts, agreements, the activities toolkit and tactical advice."""
