import { type Context, DiagLogLevel, diag, ROOT_CONTEXT, SpanKind, SpanStatusCode, TraceFlags, type Tracer, trace } from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { defaultResource, detectResources, envDetector, resourceFromAttributes, serviceInstanceIdDetector } from "@opentelemetry/resources";
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  type IdGenerator,
  type Sampler,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import type { Logger } from "../logger.ts";
import type { SpanRecord } from "./spans.ts";
import { readTraceSettings, type Sampling } from "./trace-settings.ts";

export interface Traces {
  /** Queues a span; it is sent with others, in the background. */
  send(span: SpanRecord): void;
  /** Sends what is queued. Never throws. */
  close(): Promise<void>;
}

/** OpenTelemetry's SDK, without its global registration. Endpoint, headers, timeouts and certificates are read from the environment by the exporter itself. */
export function createTraces(given: { environment: Readonly<Record<string, string | undefined>>; version: string; role: string; logger: Logger }): Traces {
  const { environment, version, role, logger } = given;
  const settings = readTraceSettings(environment);
  for (const warning of settings.warnings) logger.warn({}, warning);
  logThrough(logger);
  const ids = createPresetIds();
  const provider = new TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ "service.name": "heddle", "service.version": version, "heddle.role": role }))
      .merge(detectResources({ detectors: [serviceInstanceIdDetector, envDetector] })),
    sampler: samplerOf(settings.sampler),
    idGenerator: ids.generator,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...settings.batch })],
  });
  const tracer = provider.getTracer("heddle", version);
  return {
    send: (record) => {
      ids.preset(record);
      sendSpan(tracer, record);
    },
    close: async () => {
      await provider.shutdown().catch((error: unknown) => logger.warn({ error }, "The last traces were not sent."));
      diag.disable();
    },
  };
}

/** Hands out the ids that a record brings along: the SDK asks for them while it makes the span. */
function createPresetIds(): { generator: IdGenerator; preset(record: SpanRecord): void } {
  let next = { traceId: "", spanId: "" };
  return {
    generator: { generateTraceId: () => next.traceId, generateSpanId: () => next.spanId },
    preset: ({ traceId, spanId }) => {
      next = { traceId, spanId };
    },
  };
}

function sendSpan(tracer: Tracer, record: SpanRecord): void {
  const { name, kind, attributes, startedAt, endedAt, error } = record;
  const links = record.links.map((context) => ({ context: { ...context, traceFlags: TraceFlags.SAMPLED } }));
  const options = { kind: kind === "client" ? SpanKind.CLIENT : SpanKind.INTERNAL, attributes, links, startTime: new Date(startedAt) };
  const span = tracer.startSpan(name, options, contextOf(record));
  for (const { name: what, at, attributes: details } of record.notes) span.addEvent(what, details, new Date(at));
  if (error) span.setStatus({ code: SpanStatusCode.ERROR, message: [error.code, error.message].filter(Boolean).join(": ") });
  span.end(new Date(endedAt));
}

function contextOf({ traceId, parentId }: SpanRecord): Context {
  return parentId === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: parentId, traceFlags: TraceFlags.SAMPLED });
}

function samplerOf(sampling: Sampling): Sampler {
  switch (sampling.type) {
    case "all":
      return new AlwaysOnSampler();
    case "none":
      return new AlwaysOffSampler();
    case "ratio":
      return new TraceIdRatioBasedSampler(sampling.ratio);
  }
}

/** What the SDK has to say (a collector that cannot be reached, spans dropped) goes into Heddle's log. */
function logThrough(logger: Logger): void {
  const to = (level: "debug" | "warn") => (message: string) => logger[level]({}, `OpenTelemetry: ${message}`);
  const sink = { error: to("warn"), warn: to("warn"), info: to("debug"), debug: to("debug"), verbose: to("debug") };
  diag.setLogger(sink, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true });
}
