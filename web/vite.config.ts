import tailwindcss from "@tailwindcss/vite";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

const api = process.env.BARNRAISE_API ?? "http://127.0.0.1:4800";

export default defineConfig({
  plugins: [react(), tailwindcss()],
  publicDir: "src/public",
  build: {
    target: ["chrome125", "firefox125", "safari17.5"],
    // The page runs under a strict Content-Security-Policy: every script, style and font is a file of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
  server: { proxy: { "/api": { target: api, ws: true }, "/auth": api } },
});
