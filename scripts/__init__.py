"""Small programs that make uses: they write what is generated and prepare what a machine lacks."""
