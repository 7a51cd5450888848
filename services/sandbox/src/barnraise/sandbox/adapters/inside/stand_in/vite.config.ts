import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const target = { socketPath: process.env.API_SOCKET, host: "localhost", port: 80 };

export default defineConfig({
  plugins: [react(), tailwindcss()],
  server: { proxy: { "/api": { target, changeOrigin: false } } },
});
