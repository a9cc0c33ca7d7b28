"""What a model says: frozen dataclasses, and the reader that turns BPMN XML into them."""
