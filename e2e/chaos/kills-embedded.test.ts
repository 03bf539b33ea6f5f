import { test } from "vitest";
import { CHAOS_TIMEOUT_MS, expectChaos } from "./support/expect-chaos.ts";

test(
  "14 kills of a server with the embedded database lose no run and repeat no effect",
  () => expectChaos({ database: "pglite", kills: 14 }),
  CHAOS_TIMEOUT_MS,
);
