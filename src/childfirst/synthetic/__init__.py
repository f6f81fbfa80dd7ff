"""The demo partnership: an invented city, its schools, people and three years of work, made from a seed. No real child, ever."""
