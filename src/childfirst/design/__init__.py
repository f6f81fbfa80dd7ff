"""How childfirst looks: GOV.UK components, forms, layouts, charts and maps. It knows no other room."""
