import { test } from "vitest";
import { CHAOS_TIMEOUT_MS, expectChaos } from "./support/expect-chaos.ts";

test(
  "16 kills of a server with the embedded database lose no run and repeat no effect",
  () => expectChaos({ database: "pglite", kills: 16 }),
  CHAOS_TIMEOUT_MS,
);
