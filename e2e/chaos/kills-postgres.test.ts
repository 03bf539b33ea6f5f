import { test } from "vitest";
import { CHAOS_TIMEOUT_MS, expectChaos } from "./support/expect-chaos.ts";

test(
  "46 kills of two workers and a web process on Postgres lose no run and repeat no effect",
  () => expectChaos({ database: "postgres", kills: 46 }),
  CHAOS_TIMEOUT_MS,
);
