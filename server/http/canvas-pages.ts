import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type Application } from "express";
import { sendPage } from "./pages.ts";

/** The built canvas: files named by their content are kept for ever, the page that names them is asked for every time. */
export function mountCanvas(app: Application, directory: string): void {
  const page = join(directory, "index.html");
  const assets = express.static(join(directory, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false, fallthrough: false });
  app.use("/assets", (request, response, next) => {
    assets(request, response, (error?: unknown) => {
      response.removeHeader("cache-control");
      if (error) sendPage(response, { status: 404, title: "Not found", text: "There is no such file. Reload the page: Heddle may have been updated." });
      else next();
    });
  });
  app.use(express.static(directory, { index: false, redirect: false, maxAge: 0 }));
  app.get("/{*path}", (_request, response) => {
    if (!existsSync(page)) {
      const text = "The canvas is not built yet. Start Heddle with <code>npm start</code>, which builds it, or run <code>npm run dev</code>. The API works already.";
      return sendPage(response, { status: 503, title: "Heddle is running", text });
    }
    response.setHeader("cache-control", "no-store");
    response.sendFile(page, { cacheControl: false });
  });
}
