import { z } from "zod";

// zod otherwise tries `new Function`, which the page's Content-Security-Policy refuses; so this runs before any schema is made
z.config({ jitless: true });
