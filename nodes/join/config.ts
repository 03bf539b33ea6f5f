import { z } from "zod";
import type { ConfigProblem } from "#runtime/node/define.ts";
import { records } from "#runtime/node/fields.ts";
import { checkFieldPath, fieldPath } from "../kit/lists/field-path.ts";

const keys = records(
  {
    left: fieldPath({ title: "Left field", description: "Its path in the items of the left list. Empty for the item itself." }),
    right: fieldPath({ title: "Right field", description: "Its path in the items of the right list. Empty for the item itself." }),
  },
  { title: "Match on", description: "Two items match when all these fields are equal. 3 and the text 3 are equal; what is missing or null matches nothing." },
);

const prefix = (title: string, value: string) => z.string().max(50).default(value).meta({ title });

export const joinConfig = z.strictObject({
  keys,
  mode: z
    .enum(["inner", "left", "right", "full"])
    .default("inner")
    .meta({ title: "Keep", description: "Inner: only pairs. Left, right, full: also the items of the left list, the right one or both that match nothing." }),
  combine: z.enum(["prefer-left", "prefer-right", "prefix", "nest"]).default("prefer-left").meta({
    title: "Fields of the same name",
    description: "Take the left one, take the right one, give both a prefix, or nest the two items as left and right.",
  }),
  leftPrefix: prefix("Left prefix", "left_"),
  rightPrefix: prefix("Right prefix", "right_"),
});
export type JoinConfig = z.output<typeof joinConfig>;

export function checkJoin({ keys, combine, leftPrefix, rightPrefix }: JoinConfig): ConfigProblem[] {
  const isAmbiguous = combine === "prefix" && leftPrefix === rightPrefix;
  return [
    ...(keys.length === 0 ? [{ path: "/keys", message: "Add the fields that have to be equal." }] : []),
    ...keys.flatMap(({ left, right }, index) => [...checkFieldPath(`/keys/${index}/left`, left), ...checkFieldPath(`/keys/${index}/right`, right)]),
    ...(isAmbiguous ? [{ path: "/rightPrefix", message: "Both prefixes are the same. Change one." }] : []),
  ];
}
