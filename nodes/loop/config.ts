import { z } from "zod";
import { longText } from "#runtime/node/fields.ts";
import { carry } from "./carried.ts";

export const loopConfig = z.strictObject({
  carry,
  maxRounds: z.int().min(1).max(1_000).default(10).meta({ title: "Rounds at most" }),
  until: longText({
    title: "Until",
    language: "expression",
    placeholder: "next.score >= 0.8",
    description:
      "Looked at after each round: true ends the loop. `next.<name>` is what came back, `round` counts from 1. Leave it empty to end by the port Done.",
  }),
  onLimit: z.enum(["go-on", "fail"]).default("go-on").meta({ title: "After the last round", description: "Go on with the last values, or fail." }),
});
