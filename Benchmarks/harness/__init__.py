"""What every comparison needs: processes, rows, models, both sides, figures."""
