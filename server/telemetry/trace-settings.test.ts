import { describe, expect, it } from "vitest";
import { readTraceSettings, wantsTraces } from "./trace-settings.ts";

const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:4318" };

describe("the environment of traces", () => {
  it.each([
    [{}, false],
    [{ OTEL_EXPORTER_OTLP_ENDPOINT: "  " }, false],
    [endpoint, true],
    [{ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://127.0.0.1:4318/v1/traces" }, true],
    [{ ...endpoint, OTEL_SDK_DISABLED: "true" }, false],
    [{ ...endpoint, OTEL_TRACES_EXPORTER: "none" }, false],
  ])("%o: %s", (environment, wanted) => {
    expect(wantsTraces(environment)).toBe(wanted);
  });

  it.each([
    [{}, { type: "all" }],
    [{ OTEL_TRACES_SAMPLER: "parentbased_always_off" }, { type: "none" }],
    [
      { OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "0.25" },
      { type: "ratio", ratio: 0.25 },
    ],
    [{ OTEL_TRACES_SAMPLER: "parentbased_traceidratio" }, { type: "ratio", ratio: 1 }],
  ])("%o samples %o", (environment, sampler) => {
    expect(readTraceSettings(environment)).toMatchObject({ sampler, warnings: [] });
  });

  it("says what it cannot do, and goes on", () => {
    const asked = { OTEL_TRACES_SAMPLER: "jaeger_remote", OTEL_BSP_SCHEDULE_DELAY: "soon", OTEL_EXPORTER_OTLP_PROTOCOL: "grpc" };
    const { sampler, batch, warnings } = readTraceSettings(asked);
    expect({ sampler, delay: batch.scheduledDelayMillis }).toEqual({ sampler: { type: "all" }, delay: 5_000 });
    expect(warnings.join("\n")).toMatch(/OTEL_EXPORTER_OTLP_PROTOCOL=grpc.*\n.*jaeger_remote.*\n.*OTEL_BSP_SCHEDULE_DELAY/);
    expect(readTraceSettings({ OTEL_TRACES_SAMPLER: "traceidratio", OTEL_TRACES_SAMPLER_ARG: "2" }).warnings).toHaveLength(1);
  });
});
