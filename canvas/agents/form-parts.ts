import type { JsonSchema } from "#runtime/node/define.ts";

/** Which fields of an agent's settings stand together, in the order of the page. What is named nowhere stands in the last part. */
const PARTS: readonly { title: string; text: string; fields: readonly string[] }[] = [
  { title: "Instructions", text: "Several people can write here at once. Each version of it is kept.", fields: ["instructions"] },
  { title: "Model", text: "Who thinks for it.", fields: ["connection", "model", "temperature", "maxOutputTokens"] },
  {
    title: "Autonomy and safety",
    text: "What it may do by itself.",
    fields: ["autonomy", "askAfterUntrusted", "rules", "safety", "reviewBelow", "blockBelow", "hosts"],
  },
  { title: "Examples", text: "They are shown to the model, and offered where somebody begins to talk to it.", fields: ["examples"] },
  { title: "Memory", text: "What it knows of what was said before.", fields: ["memory", "thread", "memoryTokens"] },
  { title: "Limits", text: "Where it stops, or asks whether to go on.", fields: ["maxTurns", "maxToolCalls", "maxTokens", "maxDollars", "maxMinutes", "onLimit", "maxResultCharacters"] }, // biome-ignore format: a table
];
const REST = { title: "Message and answer", text: "What it is asked, and what it gives back." };

export interface FormPart {
  title: string;
  text: string;
  schema: JsonSchema;
}

/** The schema of a form as several of them; parts without any field are left out. */
export function formParts(schema: JsonSchema): FormPart[] {
  const properties = typeof schema.properties === "object" && schema.properties !== null && !Array.isArray(schema.properties) ? schema.properties : {};
  const named = new Set(PARTS.flatMap(({ fields }) => fields));
  const all = [...PARTS, { ...REST, fields: Object.keys(properties).filter((field) => !named.has(field)) }];
  return all.flatMap(({ title, text, fields }) => {
    const own = fields.flatMap((field) => (properties[field] === undefined ? [] : [[field, properties[field]] as const]));
    if (own.length === 0) return [];
    const required = Array.isArray(schema.required) ? schema.required.filter((field) => fields.includes(String(field))) : [];
    return [{ title, text, schema: { ...schema, properties: Object.fromEntries(own), required } }];
  });
}
