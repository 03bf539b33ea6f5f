import { useState } from "react";
import type { Json } from "#runtime/graph/json.ts";
import { type GraphNode, type NodePolicy, workerLabelSchema } from "#runtime/graph/schema.ts";
import { lenientConfig, portsOf } from "#runtime/node/catalog.ts";
import type { NodeDefinition } from "#runtime/node/define.ts";
import type { Effect } from "#runtime/node/effect.ts";
import { isCacheable } from "#runtime/node/is-cacheable.ts";
import type { References } from "#runtime/node/references.ts";
import { useReferences } from "../document/analysis.tsx";
import { useEdits } from "../document/editor-context.ts";
import { Field } from "../ui/field.tsx";
import { Input } from "../ui/input.tsx";
import { Select } from "../ui/select.tsx";
import { humanized } from "./form-model.ts";
import { PolicyFold } from "./policy-fold.tsx";

const RUN_PARTS: readonly (keyof NodePolicy)[] = ["eachItemOf", "cache", "worker"];
const ONCE = "once";

interface PartProps {
  node: GraphNode;
  definition: NodeDefinition;
  onChange(name: keyof NodePolicy, value: Json | undefined): void;
}

/** How often a node runs, whether an earlier result may stand in for it, and where it runs. */
export function NodeRunSection(props: PartProps) {
  const { node, definition } = props;
  const policy = node.policy ?? {};
  const hasItems = definition.role === "step" || definition.role === "call";
  const isContainer = definition.role === "each" || definition.role === "loop";
  if (isContainer || definition.role === "exit" || definition.role === "entry") return null;
  return (
    <PolicyFold title="How it runs" changed={RUN_PARTS.filter((part) => policy[part] !== undefined).length}>
      {hasItems && <EachItem {...props} />}
      {isCacheable(definition, node.config) && <Cache {...props} />}
      <Worker key={node.id} {...props} />
    </PolicyFold>
  );
}

/** Once for all that comes in, or once for each item of the list at one of its inputs. */
function EachItem({ node, definition, onChange }: PartProps) {
  const edits = useEdits();
  const references = useReferences();
  const chosen = node.policy?.eachItemOf;
  const inputs = Object.entries(portsOf(definition, node.config, references).inputs);
  const names = inputs.map(([name]) => name);
  if (names.length === 0 && chosen === undefined) return null;
  const options = [
    { value: ONCE, label: "Once for all" },
    ...inputs.map(([name, port]) => ({
      value: `each:${name}`,
      label: `Once for each item of ${port.title ?? humanized(name)}`,
      detail: "A list comes in there, and each output becomes a list.",
    })),
    ...(chosen !== undefined && !names.includes(chosen) ? [{ value: `each:${chosen}`, label: `Once for each item of ${chosen}, which is no input` }] : []),
  ];
  return (
    <Field label="Run" htmlFor={`${node.id}-each-item`}>
      <Select
        id={`${node.id}-each-item`}
        value={chosen === undefined ? ONCE : `each:${chosen}`}
        options={options}
        disabled={!edits}
        onChange={(value) => onChange("eachItemOf", value === ONCE ? undefined : value.slice("each:".length))}
      />
    </Field>
  );
}

const LIFETIMES: readonly { ms: number; label: string }[] = [
  { ms: 60_000, label: "Keep for a minute" },
  { ms: 3_600_000, label: "Keep for an hour" },
  { ms: 86_400_000, label: "Keep for a day" },
  { ms: 7 * 86_400_000, label: "Keep for a week" },
  { ms: 30 * 86_400_000, label: "Keep for 30 days" },
];

/** Whether an earlier result for the same settings and inputs may stand in. */
function Cache({ node, definition, onChange }: PartProps) {
  const edits = useEdits();
  const references = useReferences();
  const cache = node.policy?.cache;
  const effect = effectOf(definition, node, references);
  // what is written is never taken over from an earlier run
  if (cache === undefined && effect !== "pure" && effect !== "read") return null;
  const isPure = effect === "pure";
  const kept = typeof cache === "object" ? cache.ttlMs : undefined;
  const options = [
    { value: "default", label: isPure ? "Used while nothing changes" : "Never used", detail: "The default." },
    ...(isPure ? [{ value: "off", label: "Never used" }] : []),
    ...LIFETIMES.map(({ ms, label }) => ({ value: String(ms), label })),
    ...(kept !== undefined && !LIFETIMES.some(({ ms }) => ms === kept) ? [{ value: String(kept), label: `Keep for ${kept / 1_000} s` }] : []),
    ...(!isPure && cache === "off" ? [{ value: "off", label: "Never used, whatever it does" }] : []),
  ];
  return (
    <Field label="Earlier results" htmlFor={`${node.id}-cache`} description="A result for the same settings and inputs may stand in for a run of the node.">
      <Select
        id={`${node.id}-cache`}
        value={cache === "off" ? "off" : String(kept ?? "default")}
        options={options}
        disabled={!edits}
        onChange={(value) => onChange("cache", value === "default" ? undefined : value === "off" ? "off" : { ttlMs: Number(value) })}
      />
    </Field>
  );
}

function effectOf(definition: NodeDefinition, node: GraphNode, references: References): Effect {
  if (typeof definition.effect !== "function") return definition.effect;
  try {
    return definition.effect(lenientConfig(definition, node.config), references);
  } catch {
    return "write";
  }
}

/** What is no label yet stays here and is not written. */
function Worker({ node, onChange }: PartProps) {
  const edits = useEdits();
  const [draft, setDraft] = useState<string | undefined>(undefined);
  const shown = draft ?? node.policy?.worker ?? "";
  const parsed = shown === "" ? undefined : workerLabelSchema.safeParse(shown);
  const errors = parsed?.success === false ? parsed.error.issues.map(({ message }) => message) : [];
  return (
    <Field
      label="Worker label"
      htmlFor={`${node.id}-worker`}
      description="It runs on a worker with this label only. Any when empty."
      errors={errors.slice(0, 1)}
    >
      <Input
        id={`${node.id}-worker`}
        value={shown}
        maxLength={40}
        invalid={errors.length > 0}
        readOnly={!edits}
        onChange={(event) => {
          const { value } = event.target;
          const fits = value === "" || workerLabelSchema.safeParse(value).success;
          setDraft(fits ? undefined : value);
          if (fits) onChange("worker", value === "" ? undefined : value);
        }}
      />
    </Field>
  );
}
