"""What comes in: over HTTP and WebSocket, and as events."""
