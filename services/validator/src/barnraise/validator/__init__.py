"""The critic: static checks in one typed form."""
