import { describe, expect, it } from "vitest";
import { lenientConfig } from "#runtime/node/catalog.ts";
import { hookMethods, hookSettingsSchema } from "../kit/hooks/settings.ts";
import { webhook } from "./node.ts";
import { readCall } from "./received.ts";

describe("webhook", () => {
  it("says which methods and headers cannot work", () => {
    const config = webhook.config.parse({ methods: ["post", "FETCH"], signature: { on: true, header: "two words" }, deduplicate: { header: "x:y" } });
    expect(webhook.check?.(config, {}).map(({ path }) => path)).toEqual(["/methods/1", "/signature/header", "/deduplicate/header"]);
    expect(webhook.check?.(webhook.config.parse({ methods: [] }), {})).toHaveLength(1);
    expect(webhook.check?.(webhook.config.parse({}), {})).toEqual([]);
  });

  it("takes methods in any case and order, each once, and leaves out what is none", () => {
    expect(hookMethods({ methods: ["put", " post ", "POST", "FETCH"] })).toEqual(["POST", "PUT"]);
  });

  it("keeps a caller waiting for a minute at most", () => {
    expect(hookSettingsSchema.safeParse({ timeoutMs: 60_000 }).success).toBe(true);
    expect(hookSettingsSchema.safeParse({ timeoutMs: 60_001 }).success).toBe(false);
  });

  it("asks for the waiting time and the output only where they count", () => {
    const names = (respond: string) => {
      const schema = { type: "object", properties: { respond: {}, timeoutMs: {}, output: {} } };
      return Object.keys(webhook.form?.(lenientConfig(webhook, { respond }) as ReturnType<typeof webhook.config.parse>, {}, schema).properties ?? {});
    };
    expect(names("at-once")).toEqual(["respond"]);
    expect(names("when-finished")).toEqual(["respond", "timeoutMs", "output"]);
  });

  it("stands an input of any shape", () => {
    for (const input of [undefined, null, 3, "text", [1], { headers: 1, query: [], method: {} }]) {
      expect(readCall(input)).toEqual({ method: "POST", headers: {}, query: {}, body: null });
    }
  });
});
