import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Where the API is: a Unix socket (API_SOCKET) or an address.
const api = process.env.API_SOCKET
  ? { socketPath: process.env.API_SOCKET, host: "localhost", port: 80 }
  : (process.env.API_TARGET ?? "http://127.0.0.1:8000");

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { "/api": { target: api, changeOrigin: false } } },
});
