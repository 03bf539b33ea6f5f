import { existsSync } from "node:fs";
import { join } from "node:path";
import express, { type Application, type Request } from "express";
import { ApiError } from "../api-error.ts";
import { sendPage } from "./pages.ts";

/** The built canvas: files named by their content are kept for ever, the page that names them is asked for every time. */
export function mountCanvas(app: Application, directory: string): void {
  const page = join(directory, "index.html");
  app.use("/assets", express.static(join(directory, "assets"), { immutable: true, maxAge: "1y", index: false, redirect: false }), () => {
    throw new ApiError("not-found", "There is no such file. Reload the page: Heddle may have been updated.");
  });
  // it decides what code a browser runs: asked for every time, whatever is in front of Heddle
  app.get("/service-worker.js", (_request, response, next) => {
    response.setHeader("cache-control", "no-cache");
    response.sendFile(join(directory, "service-worker.js"), { cacheControl: false }, (error) => error && next());
  });
  app.use(express.static(directory, { index: false, redirect: false, maxAge: 0 }));
  app.get("/{*path}", (request, response, next) => {
    if (!isNavigation(request)) return next();
    if (!existsSync(page)) {
      const text =
        "The canvas is not built yet. Start Heddle with <code>npm start</code>, which builds it, or run <code>npm run dev</code>. The API works already.";
      return sendPage(response, { status: 503, title: "Heddle is running", text });
    }
    response.setHeader("cache-control", "no-store");
    response.sendFile(page, { cacheControl: false });
  });
}

/** A person opened an address of the canvas, rather than a page a file that is missing. */
function isNavigation({ path, headers }: Request): boolean {
  return path === "/" || (headers.accept ?? "").includes("text/html");
}
