import { graphIdSchema, nodeIdSchema, runIdSchema } from "#runtime/graph/ids.ts";
import type { Charge, Emission, ExecutionContext, LogLevel, StepOptions } from "#runtime/node/context.ts";
import { NodeError } from "#runtime/node/node-error.ts";
import type { IterationResult, WaitAnswer } from "#runtime/node/outcome.ts";
import { createServiceRegistry, type ServiceRegistry } from "#runtime/node/service.ts";

export interface FakeContext extends ExecutionContext {
  readonly logs: { level: LogLevel; message: string }[];
  readonly emissions: Emission[];
  /** Secrets that services asked to keep out of what is recorded. */
  readonly concealed: string[];
  /** Names of the steps that did their work here, and did not find it recorded. */
  readonly worked: string[];
  readonly charges: ({ name: string } & Charge)[];
  /** What steps recorded, by name: hand it to the next context to enter a node again. */
  readonly recorded: Map<string, { input: string; result: unknown }>;
}

export interface FakeContextOptions {
  /** Offers services: `provide: (registry) => registry.provide(sandbox, fake)`. */
  provide?: (registry: ServiceRegistry) => void;
  signal?: AbortSignal;
  timeoutMs?: number;
  /** Milliseconds since the epoch; 2026-01-01 when left out. */
  now?: number;
  /** Answers to waits, by name. */
  answers?: Record<string, WaitAnswer>;
  /** How the iterations it asked for ended. */
  iterations?: readonly IterationResult[];
  recorded?: FakeContext["recorded"];
  /** Attempts before this one that failed with the code `timeout`. */
  timeouts?: number;
}

const RUN = runIdSchema.parse("run_test");
const GRAPH = graphIdSchema.parse("graph_test");

/** An execution context in memory: keeps logs, emissions and steps for a test to look at. */
export function createFakeContext(options: FakeContextOptions = {}): FakeContext {
  const services = createServiceRegistry();
  options.provide?.(services);
  const fake: Pick<FakeContext, "logs" | "emissions" | "worked" | "charges" | "recorded" | "concealed"> = {
    logs: [],
    concealed: [],
    charges: [],
    emissions: [],
    worked: [],
    recorded: options.recorded ?? new Map(),
  };
  return {
    ...fake,
    run: { id: RUN, callbackUrl: (name) => `http://127.0.0.1:4400/hooks/callback?name=${name}` },
    node: { id: nodeIdSchema.parse("node_test"), path: [], attempt: 1 + (options.timeouts ?? 0), timeouts: options.timeouts ?? 0 },
    signal: options.signal ?? new AbortController().signal,
    timeoutMs: options.timeoutMs ?? 10_000,
    idempotencyKey: "0".repeat(64),
    log: (level, message) => {
      fake.logs.push({ level, message });
    },
    emit: (emission) => {
      fake.emissions.push(emission);
    },
    step: (name, given, work) => step(fake, { name, ...given }, work),
    ...(options.iterations && { iterations: options.iterations }),
    reserve: async () => undefined,
    settle: async (name, charge) => {
      fake.charges.push({ name, ...charge });
    },
    answered: (name) => options.answers?.[name],
    use: (service) =>
      services.use(service, {
        workspace: "workspace_default",
        run: RUN,
        graph: GRAPH,
        nodeType: "test",
        conceal: (secret) => void fake.concealed.push(secret),
      }),
    now: () => options.now ?? Date.UTC(2026, 0, 1),
  };
}

async function step<Result>(
  fake: Pick<FakeContext, "worked" | "recorded">,
  given: StepOptions & { name: string },
  work: () => Promise<Result>,
): Promise<Result> {
  const input = JSON.stringify(given.input);
  const known = fake.recorded.get(given.name);
  if (known && known.input !== input) throw new NodeError("step-mismatch", `The step "${given.name}" was recorded with another input.`, { happened: "no" });
  if (known) return known.result as Result;
  const result = await work();
  fake.worked.push(given.name);
  fake.recorded.set(given.name, { input, result: structuredClone(result) });
  return result;
}
