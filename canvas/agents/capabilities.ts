import { z } from "zod";
import { catalog } from "#nodes/catalog.data.ts";
import type { GraphNode } from "#runtime/graph/schema.ts";
import { type Autonomy, autonomySchema, strictest } from "#runtime/node/autonomy.ts";
import { lenientConfig } from "#runtime/node/catalog.ts";
import type { ToolOffer } from "#runtime/node/tool-offer.ts";
import type { ToolRule } from "#server/contract/tools.ts";

const text = z.string().catch("");

/** What the settings of an agent say of how it works; what is missing is as if nobody had said it. */
const settingsSchema = z.looseObject({
  instructions: text,
  model: text,
  connection: text,
  autonomy: autonomySchema.catch("copilot"),
  rules: z.array(z.looseObject({ tool: text, rule: z.enum(["ask", "deny"]).catch("ask") })).catch([]),
  examples: z.array(z.looseObject({ input: text, output: text })).catch([]),
  askAfterUntrusted: z.boolean().catch(false),
  safety: z.enum(["off", "rules", "model"]).catch("off"),
});
export type AgentSettings = z.infer<typeof settingsSchema>;

export function agentSettingsOf({ type, config }: Pick<GraphNode, "type" | "config">): AgentSettings {
  const definition = catalog.get(type);
  return settingsSchema.parse(definition ? lenientConfig(definition, config) : config);
}

/** How a tool may be used: by itself, after a person has let it, or not at all. `sometimes`: by itself until something makes it ask. */
export type Freedom = "alone" | "sometimes" | "asks" | "never";

export interface ToolAbility {
  offer: ToolOffer;
  freedom: Freedom;
  /** Why, in sentences. */
  reasons: string[];
}

/**
 * What an agent may do with each of its tools, by its autonomy, the tool's, what the tool does, and the rules: its own, and by `ruleOf` those of the
 * page of tools.
 */
export function abilitiesOf(settings: AgentSettings, offers: readonly ToolOffer[], ruleOf: (offer: ToolOffer) => ToolRule = () => "allow"): ToolAbility[] {
  return offers.map((offer) => ({ offer, ...freedomOf(settings, offer, ruleOf(offer)) }));
}

function freedomOf(
  { autonomy: own, rules, askAfterUntrusted, safety }: AgentSettings,
  { name, title, effect, autonomy: ofTool }: ToolOffer,
  rule: ToolRule,
): Omit<ToolAbility, "offer"> {
  const given = rules.filter(({ tool }) => tool === name || tool === title).map(({ rule }) => rule);
  if (given.includes("deny")) return { freedom: "never", reasons: ["A rule of the agent denies it."] };
  if (rule === "deny") return { freedom: "never", reasons: ["A rule on the page of tools denies it: the model is not offered it."] };
  const autonomy = strictest(own, ofTool);
  const writes = effect === "write" || effect === "keyed";
  const asks = [
    ...(given.includes("ask") ? ["A rule of the agent asks before it."] : []),
    ...(rule === "ask" ? ["A rule on the page of tools lets a person look at each call."] : []),
    ...(autonomy === "manual" ? [`${whose(autonomy, own)} is manual: a person lets each call through.`] : []),
    ...(autonomy === "copilot" && writes ? [`${whose(autonomy, own)} is copilot, and it may write.`] : []),
  ];
  if (asks.length > 0) return { freedom: "asks", reasons: asks };
  const sometimes = [
    ...(askAfterUntrusted && writes ? ["It asks once the agent has read what others may have written."] : []),
    ...(safety === "off" ? [] : ["It asks when the safety check scores a call low."]),
  ];
  const why = writes ? `${whose(autonomy, own)} is autopilot.` : "It only reads or computes.";
  return { freedom: sometimes.length > 0 ? "sometimes" : "alone", reasons: [why, ...sometimes] };
}

/** The strictest wins; what a tool is offered with is that of the tool and of its graph. */
function whose(autonomy: Autonomy, own: Autonomy): string {
  return autonomy === own ? "The agent" : "The tool, or the graph,";
}
