"""What the conference, its office and its units owe by their own rules, and how each stands. Source: seed 四; dossier 6."""
