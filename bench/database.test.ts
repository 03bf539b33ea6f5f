import { expect, it } from "vitest";
import { benchDatabase } from "./database.ts";

it("measures the embedded database beside bare PGlite", async () => {
  const figures = Object.values(await benchDatabase(20));
  expect(figures).toHaveLength(4);
  for (const { value, reference } of figures) expect(Math.min(value, reference)).toBeGreaterThan(0);
}, 60_000);
