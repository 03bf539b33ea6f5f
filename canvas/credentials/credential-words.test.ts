import { expect, it } from "vitest";
import { credentialSettingsSchema } from "#server/contract/credentials.ts";
import { emptySettings, KINDS, readHosts, settingsText, typesWithCredentials } from "./credential-words.ts";

it("reads hosts by line, comma or space, each once", () => {
  expect(readHosts("api.example.org\n *.example.org, api.example.org  b.example.org:8443\n")).toEqual([
    "api.example.org",
    "*.example.org",
    "b.example.org:8443",
  ]);
  expect(readHosts(" \n")).toEqual([]);
});

it("knows every kind of the contract", () => {
  expect([...KINDS].sort()).toEqual(credentialSettingsSchema.options.map(({ shape }) => shape.kind.value).sort());
  for (const kind of KINDS) expect(settingsText(emptySettings(kind))).not.toBe("");
});

it("finds the node types that take credentials in the catalog", () => {
  expect(typesWithCredentials().length).toBeGreaterThan(0);
});
