import { expect, it } from "vitest";
import { comfySettingsSchema } from "#server/contract/comfyui-settings.ts";
import { toComfyDraft, toComfySettings } from "./comfyui-settings-draft.ts";

const typed = { baseUrl: "127.0.0.1:8188", auth: "none", header: "", secret: "", labels: "" } as const;

it("takes an address as people write it, and labels once each", () => {
  const settings = toComfySettings({ ...typed, labels: " gpu, large ,, gpu" }, undefined);
  expect(settings).toEqual({ server: "comfyui", baseUrl: "http://127.0.0.1:8188", auth: { type: "none" }, labels: ["gpu", "large"] });
  expect(comfySettingsSchema.safeParse(settings).success).toBe(true);
  expect(toComfyDraft(settings)).toEqual({ ...typed, baseUrl: "http://127.0.0.1:8188", labels: "gpu, large" });
});

it("keeps a stored token where the way of asking stays, and wants one where it changes", () => {
  const before = toComfySettings({ ...typed, auth: "bearer", secret: "a-token" }, undefined);
  expect(toComfySettings({ ...typed, auth: "bearer" }, before).auth).toEqual({ type: "bearer", value: "heddle:secret" });
  const other = toComfySettings({ ...typed, auth: "header", header: "X-Api-Key" }, before);
  expect(comfySettingsSchema.safeParse(other).error?.issues.map(({ path }) => path.join("/"))).toEqual(["auth/value"]);
});

it.each(["ftp://a", "http://me:secret@host:8188", "http://host:8188/?x=1", ""])("refuses the address %s", (baseUrl) => {
  expect(comfySettingsSchema.safeParse(toComfySettings({ ...typed, baseUrl }, undefined)).success).toBe(false);
});
