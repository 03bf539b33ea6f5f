import { z } from "zod";

// Otherwise zod tries `new Function` as soon as a schema is made, which the page's Content-Security-Policy refuses. The rest comes
// by a dynamic import, since static ones, in whatever files they end up, would run before this line.
z.config({ jitless: true });

// whoever opens a graph's address needs the editor: it comes together with the rest, not after it. The router tells when it does not come.
if (location.pathname.startsWith("/graphs/")) import("./app/editor-page.tsx").catch(() => undefined);
const { start } = await import("./start.tsx");
start();
