import { expect, it } from "vitest";
import type { z } from "zod";
import { changeCredential, createCredential, credentialSettingsSchema } from "./credentials.ts";

const sends = (route: { body?: z.ZodType }, given: unknown) => route.body?.safeParse(given);
const body = (settings: object) => ({ name: "Key", settings, hosts: ["api.example.org"], secret: "canary-s3cr3t" });

it.each(["Host", "content-length", "Transfer-Encoding", "CONNECTION", "upgrade"])("a credential is not sent as the header %s", (name) => {
  for (const settings of [
    { kind: "header", name },
    { kind: "api-key", in: "header", name },
  ]) {
    const refused = [sends(createCredential, body(settings)), sends(changeCredential, { settings })];
    for (const one of refused) expect(one?.error?.issues).toMatchObject([{ path: ["settings", "name"], message: expect.stringContaining(name) }]);
    // one that was stored before can be looked at, and mended
    expect(credentialSettingsSchema.safeParse(settings).success).toBe(true);
  }
  expect(sends(createCredential, body({ kind: "api-key", in: "query", name }))?.success).toBe(true);
});

it.each(["X-Api-Key", "authorization", "Cookie"])("a credential may be sent as the header %s", (name) => {
  expect(sends(createCredential, body({ kind: "header", name }))?.success).toBe(true);
});
