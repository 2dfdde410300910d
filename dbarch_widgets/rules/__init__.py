"""What a reviewer would say: one small file for each rule, and the registry that runs them."""
