import type { z } from "zod";
import type { Json } from "../graph/json.ts";
import type { ExecutionContext } from "./context.ts";
import type { Effect } from "./effect.ts";
import type { FailureCode } from "./node-error.ts";
import type { Outcome } from "./outcome.ts";
import type { Port, Ports } from "./ports.ts";
import type { ReferenceKey, References } from "./references.ts";
import type { Handoff, ToolOffer } from "./tool-offer.ts";

/** What compile, schedule and the server know of a node; they never look at its type. */
export type Role = "step" | "entry" | "exit" | "each" | "loop" | "call" | "merge" | "annotation"; // not a node type

/** Groups of the palette, in its order. */
export type NodeGroup = "flow" | "data" | "tools" | "agents" | "people" | "knowledge" | "media" | "notes";

/** A JSON Schema (2020-12) object. */
export type JsonSchema = { [key: string]: Json };
export type RawConfig = { [key: string]: Json };

export interface ConfigProblem {
  /** JSON pointer into the config. */
  path: string;
  message: string;
}

/** A worked example: run by the contract suite, shown in the docs. */
export interface NodeExample<Config> {
  name: string;
  config: Config;
  inputs: Record<string, Json>;
  references?: References;
  /** What it yields; absent when the example waits or fails, or needs a service the contract suite has no fake for. */
  outputs?: Record<string, Json>;
  fails?: FailureCode;
  waits?: boolean;
  /** For nodes of the roles `each` and `loop`: it asks for iterations of its body. */
  iterates?: boolean;
  /** It starts runs: of another graph, or of its tools. */
  calls?: boolean;
  /** What it may call. */
  tools?: readonly ToolOffer[];
}

/** How a node is described to those who may call it as a tool. */
export interface ToolDescription {
  /** Absent: the definition's own description. */
  description?: string | undefined;
  /** JSON Schema of the arguments, an object of input ports. Absent: made of the ports' types. */
  input?: JsonSchema | undefined;
  about?: Json | undefined;
}

/**
 * A node type as data. Read by the canvas, the compiler, the API and the docs; behaviour is in `execute.ts`.
 * `ports`, `effect`, `references`, `check`, `join` and `form` are pure and may get an incomplete config while it is being edited.
 */
export interface NodeDefinition<Schema extends z.ZodObject = z.ZodObject> {
  /** Kebab-case, the folder's name; never changes. */
  type: string;
  /** Raised when the config's meaning changes; see `migrations`. */
  version: number;
  role: Role;
  title: string;
  /** One sentence on what it does for its user. */
  description: string;
  group: NodeGroup;
  /** Name of a lucide icon, in kebab-case. */
  icon: string;
  /** More words people search it by. */
  keywords?: readonly string[];
  config: Schema;
  /** Config a new node starts with, over the schema's defaults. */
  initial?: Partial<z.input<Schema>>;
  ports(config: z.output<Schema>, references: References): Ports;
  /** For a node of role `each` or `loop`: what it gives to its body in each iteration, and what it takes back. No name may be that of an outer port on the same side. */
  body?(config: z.output<Schema>, references: References): { gives: Record<string, Port>; takes: Record<string, Port> };
  effect: Effect | ((config: z.output<Schema>, references: References) => Effect);
  /**
   * An earlier result for the same config, inputs and references may be used in its place: of pure nodes unless the node is told not to, of
   * reading nodes when it is told for how long. Absent: never (looking is dearer than computing, or the time and chance have a say).
   */
  cacheable?: boolean | ((config: z.output<Schema>) => boolean);
  limits: {
    /** Milliseconds one attempt may take. */
    timeoutMs: number;
    /** Attempts in all, the first included. */
    attempts: number;
  };
  /** Keys of what the config depends on outside the graph. */
  references?(config: z.output<Schema>): ReferenceKey[];
  /** Ids of the credentials that it sends along: earlier results hold only as long as those are the same. */
  credentials?(config: z.output<Schema>): readonly string[];
  /** What the schema cannot say is wrong with a config. */
  check?(config: z.output<Schema>, references: References): ConfigProblem[];
  /** When a node of role `merge` runs: once all inputs are settled, or with the first value. Absent: `all`. */
  join?(config: z.output<Schema>): "all" | "first";
  /** The form's JSON Schema where it depends on the config (a tool's own arguments). */
  form?(config: z.output<Schema>, references: References, schema: JsonSchema): JsonSchema;
  /**
   * Agents can call it: wired to one by its port `tool`, or as a member of a crew, it is not scheduled but called, and every input is an argument.
   */
  tool?: true | ((config: z.output<Schema>, references: References) => ToolDescription);
  /** Nodes inside are not scheduled, but called by it. */
  hasMembers?: true;
  /** The JSON Schema of the run's input, for a node of role `entry`: the form to start a run, and the description of an API call. */
  input?(config: z.output<Schema>): JsonSchema;
  /**
   * What begins runs at a node of role `entry` besides people and the API. `webhook`: calls of its own address, of which its config says more
   * (`nodes/kit/hooks/settings.ts`).
   */
  trigger?: "webhook";
  /** An annotation that other nodes can be in: they move with it, and a run does not see it. */
  holdsNodes?: true;
  /** One line for the card, drawn from the config ("GET api.example.com"). */
  summary?(config: z.output<Schema>, references: References): string;
  /** By version: turns a config of that version into one of the next. */
  migrations?: Readonly<Record<number, (config: RawConfig) => RawConfig>>;
  examples: readonly NodeExample<z.input<Schema>>[];
}

/** Declares a node type; infers the config's type from its schema. */
export function defineNode<Schema extends z.ZodObject>(definition: NodeDefinition<Schema>): NodeDefinition<Schema> {
  return definition;
}

export interface ExecuteArguments<Schema extends z.ZodObject> {
  /** Evaluated and validated: expressions are values by now. */
  config: z.output<Schema>;
  /** Value by input port, coerced to its type, frozen; a port without a value is absent. A node of role `entry` gets the run's input as `input`. */
  inputs: Record<string, unknown>;
  references: References;
  /** What it may call: tools wired to it, members inside. */
  tools: readonly ToolOffer[];
  /** For a node that has members: who hands over to whom. */
  handoffs: readonly Handoff[];
  context: ExecutionContext;
}

export interface NodeImplementation {
  definition: NodeDefinition;
  execute(given: ExecuteArguments<z.ZodObject>): Promise<Outcome>;
}

/** Joins a definition with its behaviour. `execute` throws `NodeError`; anything else thrown is the failure `unexpected`. */
export function implementNode<Schema extends z.ZodObject>(
  definition: NodeDefinition<Schema>,
  execute: (given: ExecuteArguments<Schema>) => Promise<Outcome> | Outcome,
): NodeImplementation {
  // biome-ignore lint/suspicious/noExplicitAny: the one place where a typed config meets the untyped catalog; execute-node parses it first
  const untyped = execute as (given: any) => Promise<Outcome> | Outcome;
  return { definition, execute: async (given) => untyped(given) };
}
