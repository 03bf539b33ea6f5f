/** The part of the environment that OpenTelemetry's own exporter does not read by itself. */
export interface TraceSettings {
  sampler: Sampling;
  /** Of the batches in which spans are sent; `OTEL_BSP_*`. */
  batch: { scheduledDelayMillis: number; maxQueueSize: number; maxExportBatchSize: number; exportTimeoutMillis: number };
  /** What was asked for and is not done, for the log. */
  warnings: string[];
}

/** All spans of a run are kept or none: the decision follows from its trace id. */
export type Sampling = { type: "all" } | { type: "none" } | { type: "ratio"; ratio: number };

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether spans are to be sent: an endpoint is named, and nothing says that OpenTelemetry is off. */
export function wantsTraces(environment: Environment): boolean {
  const endpoint = textOf(environment, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") ?? textOf(environment, "OTEL_EXPORTER_OTLP_ENDPOINT");
  const isOff = textOf(environment, "OTEL_SDK_DISABLED")?.toLowerCase() === "true" || textOf(environment, "OTEL_TRACES_EXPORTER") === "none";
  return endpoint !== undefined && !isOff;
}

export function readTraceSettings(environment: Environment): TraceSettings {
  const warnings: string[] = [];
  const count = (name: string, otherwise: number) => {
    const text = textOf(environment, name);
    const value = Number(text ?? otherwise);
    if (Number.isInteger(value) && value > 0) return value;
    warnings.push(`${name} must be a whole number above 0; ${otherwise} is used.`);
    return otherwise;
  };
  const protocol = textOf(environment, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL") ?? textOf(environment, "OTEL_EXPORTER_OTLP_PROTOCOL");
  if (protocol !== undefined && protocol !== "http/json")
    warnings.push(`Traces are sent as http/json; OTEL_EXPORTER_OTLP_PROTOCOL=${protocol} is not offered.`);
  return {
    sampler: readSampling(environment, warnings),
    batch: {
      scheduledDelayMillis: count("OTEL_BSP_SCHEDULE_DELAY", 5_000),
      // a large graph ends thousands of node runs at once
      maxQueueSize: count("OTEL_BSP_MAX_QUEUE_SIZE", 8_192),
      maxExportBatchSize: count("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", 512),
      exportTimeoutMillis: count("OTEL_BSP_EXPORT_TIMEOUT", 30_000),
    },
    warnings,
  };
}

/** A run begins its own trace, so that "parent based" comes to the same as without. */
function readSampling(environment: Environment, warnings: string[]): Sampling {
  const name = (textOf(environment, "OTEL_TRACES_SAMPLER") ?? "always_on").toLowerCase().replace(/^parentbased_/, "");
  switch (name) {
    case "always_on":
      return { type: "all" };
    case "always_off":
      return { type: "none" };
    case "traceidratio": {
      const ratio = Number(textOf(environment, "OTEL_TRACES_SAMPLER_ARG") ?? 1);
      if (ratio >= 0 && ratio <= 1) return { type: "ratio", ratio };
      warnings.push("OTEL_TRACES_SAMPLER_ARG must be a number from 0 to 1; 1 is used.");
      return { type: "all" };
    }
    default:
      warnings.push(`OTEL_TRACES_SAMPLER=${name} is not known; all runs are traced. Known: always_on, always_off, traceidratio, and these after parentbased_.`);
      return { type: "all" };
  }
}

function textOf(environment: Environment, name: string): string | undefined {
  return environment[name]?.trim() || undefined;
}
