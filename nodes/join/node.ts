import { defineNode } from "#runtime/node/define.ts";
import { port } from "#runtime/node/ports.ts";
import { withoutFields } from "../kit/lists/shown-fields.ts";
import { firstLine } from "../kit/text/to-text.ts";
import { checkJoin, type JoinConfig, joinConfig } from "./config.ts";
import { joinExamples } from "./examples.ts";

export const join = defineNode({
  type: "join",
  version: 1,
  role: "step",
  title: "Join lists",
  description: "Brings the items of two lists together where their keys are equal, like a database.",
  group: "data",
  icon: "table-columns-split",
  keywords: ["list", "merge", "combine", "lookup", "match", "inner", "left", "right", "full", "outer", "key", "rows"],
  config: joinConfig,
  initial: { keys: [{ id: "first", left: "id", right: "id" }] },
  ports: ({ mode }) => ({
    inputs: { left: port.list("any", { title: "Left" }), right: port.list("any", { title: "Right" }) },
    outputs: {
      joined: port.list("any", { title: "Joined" }),
      leftOnly: port.list("any", { title: "Left only", description: `Items of the left list that match nothing${keeps(mode, "left")}.` }),
      rightOnly: port.list("any", { title: "Right only", description: `Items of the right list that match nothing${keeps(mode, "right")}.` }),
    },
  }),
  effect: "pure",
  limits: { timeoutMs: 10_000, attempts: 3 },
  check: checkJoin,
  form: ({ combine }, _references, schema) => (combine === "prefix" ? schema : withoutFields(schema, ["leftPrefix", "rightPrefix"])),
  summary,
  examples: joinExamples,
});

function keeps(mode: JoinConfig["mode"], side: "left" | "right"): string {
  return mode === side || mode === "full" ? ": none, they are among the joined" : "";
}

function summary({ keys, mode }: JoinConfig): string {
  const fields = keys.map(({ left, right }) => (left === right ? left || "item" : `${left || "item"} = ${right || "item"}`)).join(", ");
  return firstLine(`${mode.charAt(0).toUpperCase()}${mode.slice(1)} join${fields === "" ? "" : ` on ${fields}`}`);
}
