import type { ServerResponse } from "node:http";

interface Page {
  status: number;
  title: string;
  text: string;
  refreshSeconds?: number;
  /** What is opened then, as it stands in an attribute; the page itself when absent. */
  refreshTo?: string;
}

/** A plain page without script, for what has to be said when the canvas cannot say it. `text` is ours, never a caller's. */
export function sendPage(response: ServerResponse, given: Page): void {
  const { status, title, text, refreshSeconds, refreshTo } = given;
  const target = refreshTo === undefined ? "" : `;url=${refreshTo}`;
  const refresh = refreshSeconds === undefined ? "" : `<meta http-equiv="refresh" content="${refreshSeconds}${target}">`;
  const page = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">${refresh}<title>${title} · Heddle</title>
<style>body{font:16px/1.5 system-ui,sans-serif;background:#101216;color:#e6e8ec;display:grid;place-content:center;min-height:100vh;margin:0}main{max-width:36rem;padding:2rem}h1{font-size:1.4rem}p{color:#a9afba}code{color:#e6e8ec}</style>
</head><body><main><h1>${title}</h1><p>${text}</p></main></body></html>`;
  response.writeHead(status, { "content-type": "text/html; charset=utf-8", "cache-control": "no-store" });
  response.end(page);
}
