"""The programs of the escape suite's attacks: they run inside, touch nothing but the suite's canaries, and take no more than a bound."""
