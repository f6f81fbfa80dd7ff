"""childfirst: an open platform on which a police-schools partnership runs, is measured, and answers for itself."""
