"""The API keeps its promises: who may, what is answered, and what is said when something is not so."""
