/** What the service worker does with a request of a page; `pass`: nothing, the browser goes on as without it. */
export type Handling = "file" | "page" | "pass";

/** Paths that are never the canvas: what they answer depends on who asks, or does something. */
const NOT_CANVAS = /^\/(api|ws|hooks|mcp|session|metrics)(\/|$)/;

export function handlingOf({ method, url, mode }: Pick<Request, "method" | "url" | "mode">, origin: string): Handling {
  const { origin: to, pathname } = new URL(url);
  if (method !== "GET" || to !== origin || NOT_CANVAS.test(pathname)) return "pass";
  if (mode === "navigate") return "page";
  return pathname.startsWith("/assets/") || pathname === "/icon.svg" ? "file" : "pass";
}

/** A proxy in front says that the server is away, as opposed to the server saying something about the request. */
export function isAway(status: number): boolean {
  return status >= 502 && status <= 504;
}
