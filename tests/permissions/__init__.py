"""What Holdfast's Azure identity lacks is named, and the exported role is enough."""
