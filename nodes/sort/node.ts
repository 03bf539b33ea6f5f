import { z } from "zod";
import { defineNode } from "#runtime/node/define.ts";
import { records } from "#runtime/node/fields.ts";
import { port } from "#runtime/node/ports.ts";
import { checkFieldPath, fieldPath } from "../kit/lists/field-path.ts";
import { firstLine } from "../kit/text/to-text.ts";

const keys = records(
  {
    field: fieldPath({ title: "Field", description: "Its path in the item: customer.name or lines[0].price. Empty for the item itself." }),
    order: z.enum(["ascending", "descending"]).default("ascending").meta({ title: "Order" }),
    as: z.enum(["automatic", "text", "natural-text", "number", "date"]).default("automatic").meta({
      title: "Compare as",
      description: "Automatic: numbers first, then true and false, then texts. Natural text: file 2 comes before file 10. Date: ISO 8601 or RFC 2822.",
    }),
    exact: z
      .boolean()
      .default(false)
      .meta({ title: "Mind case and accents", description: "Texts are compared character by character, so that B comes before a." }),
  },
  { title: "Sort by", description: "The next one decides where the one before is equal. Items without the value come last." },
);
export type SortKey = z.output<typeof keys>[number];

export const sort = defineNode({
  type: "sort",
  version: 1,
  role: "step",
  title: "Sort",
  description: "Puts the items of a list in order, by one field or several.",
  group: "data",
  icon: "arrow-down-a-z",
  keywords: ["list", "order", "rank", "arrange", "ascending", "descending", "rows"],
  config: z.strictObject({ keys }),
  initial: { keys: [{ id: "first" }] },
  ports: () => ({ inputs: { items: port.list("any", { title: "Items" }) }, outputs: { sorted: port.list("any", { title: "Sorted" }) } }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: ({ keys }) => [
    ...(keys.length === 0 ? [{ path: "/keys", message: "Add what the items are sorted by." }] : []),
    ...keys.flatMap(({ field }, index) => checkFieldPath(`/keys/${index}/field`, field)),
  ],
  summary: ({ keys }) => firstLine(keys.map(({ field, order }) => `${field || "item"} ${order === "ascending" ? "↑" : "↓"}`).join(", ")) || "No order",
  examples: [
    {
      name: "sorts by two fields",
      config: {
        keys: [
          { id: "a", field: "team" },
          { id: "b", field: "points", order: "descending" },
        ],
      },
      inputs: {
        items: [
          { team: "weft", points: 9 },
          { team: "Warp", points: 2 },
          { team: "warp", points: 10 },
        ],
      },
      outputs: {
        sorted: [
          { team: "warp", points: 10 },
          { team: "Warp", points: 2 },
          { team: "weft", points: 9 },
        ],
      },
    },
    {
      name: "sorts names with numbers in them",
      config: { keys: [{ id: "a", as: "natural-text" }] },
      inputs: { items: ["clip 10.mp4", "clip 9.mp4", "Clip 1.mp4"] },
      outputs: { sorted: ["Clip 1.mp4", "clip 9.mp4", "clip 10.mp4"] },
    },
    {
      name: "puts the newest first and what has no date last",
      config: { keys: [{ id: "a", field: "at", as: "date", order: "descending" }] },
      inputs: { items: [{ at: "2026-01-02" }, { at: null }, { at: "2026-01-02T08:00:00+01:00" }, { at: "Sun, 01 Feb 2026 10:00:00 GMT" }] },
      outputs: { sorted: [{ at: "Sun, 01 Feb 2026 10:00:00 GMT" }, { at: "2026-01-02T08:00:00+01:00" }, { at: "2026-01-02" }, { at: null }] },
    },
  ],
});
