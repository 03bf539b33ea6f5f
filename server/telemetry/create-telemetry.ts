import type { EngineObserver } from "../engine/observer.ts";
import type { Logger } from "../logger.ts";
import type { Metrics, StoredCounts } from "./create-metrics.ts";
import type { Traces } from "./create-traces.ts";
import { wantsTraces } from "./trace-settings.ts";

export interface TelemetryGiven {
  /** Whether `/metrics` is served. */
  metrics: boolean;
  /** Where `OTEL_*` is read; the SDK reads `process.env` besides. */
  environment: Readonly<Record<string, string | undefined>>;
  version: string;
  role: string;
  /** Every node type there is: other names do not become labels. */
  nodeTypes: readonly string[];
  /** Asked once for each scrape. */
  readCounts: () => Promise<StoredCounts>;
  logger: Logger;
}

export interface Telemetry {
  /** For the engine; absent when nothing is on. */
  observer: EngineObserver | undefined;
  /** Absent unless metrics are on. */
  metrics: Metrics | undefined;
  /** Sends what is still queued. */
  close(): Promise<void>;
}

/** Loads what is switched on and nothing else: neither prom-client nor OpenTelemetry is read from disk while they are off. */
export async function createTelemetry(given: TelemetryGiven): Promise<Telemetry> {
  const [metrics, traces] = await Promise.all([given.metrics ? loadMetrics(given) : undefined, wantsTraces(given.environment) ? loadTraces(given) : undefined]);
  const observer = metrics || traces ? await loadObserver({ metrics, traces, nodeTypes: given.nodeTypes }) : undefined;
  return { observer, metrics, close: async () => traces?.close() };
}

async function loadMetrics(given: TelemetryGiven): Promise<Metrics> {
  const { createMetrics } = await import("./create-metrics.ts");
  return createMetrics(given);
}

async function loadTraces(given: TelemetryGiven): Promise<Traces> {
  const { createTraces } = await import("./create-traces.ts");
  return createTraces(given);
}

async function loadObserver(given: { metrics: Metrics | undefined; traces: Traces | undefined; nodeTypes: readonly string[] }): Promise<EngineObserver> {
  const { createObserver } = await import("./create-observer.ts");
  return createObserver(given);
}
