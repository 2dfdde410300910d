"""The clarifying questions of a review: what is asked, why, and how the answers are read."""
