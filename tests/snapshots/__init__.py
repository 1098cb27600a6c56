"""What is kept in `kept/` is compared with what the service says now; `make snapshot` writes it anew."""
