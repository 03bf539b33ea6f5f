import "./ui/styles.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app.tsx";
import { applyTheme, startingTheme } from "./app/theme.ts";
import { watchNewVersion } from "./offline/new-version.ts";
import { registerServiceWorker } from "./offline/register-service-worker.ts";

/** Draws the canvas into the page. Throws `Error` when the page has no place for it. */
export function start(): void {
  applyTheme(startingTheme());
  const root = document.getElementById("root");
  if (!root) throw new Error("The page has no root element.");
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  watchNewVersion();
  registerServiceWorker();
}
