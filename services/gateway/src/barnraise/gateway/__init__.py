"""HTTP, WebSocket, SSE, authentication, preview proxy, fan-out."""
