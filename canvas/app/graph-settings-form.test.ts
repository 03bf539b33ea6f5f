import { expect, test } from "vitest";
import { changedSettings, shownSettings } from "./graph-settings-form.ts";

test("times are shown in minutes and seconds, and written in milliseconds", () => {
  expect(shownSettings({ timeoutMs: 90_000, idleTimeoutMs: 5_000, budget: 2 })).toEqual({ minutes: 1.5, idleSeconds: 5, budget: 2 });
  expect(changedSettings({ budget: 2 }, { field: "minutes", value: 1.5 })).toEqual({ ok: true, settings: { budget: 2, timeoutMs: 90_000 } });
  expect(changedSettings({}, { field: "idleSeconds", value: 30 })).toEqual({ ok: true, settings: { idleTimeoutMs: 30_000 } });
});

test("an emptied field is left out, one that does not fit says why", () => {
  expect(changedSettings({ worker: "gpu", budget: 1 }, { field: "worker", value: "" })).toEqual({ ok: true, settings: { budget: 1 } });
  expect(changedSettings({ budget: 1 }, { field: "budget", value: undefined })).toEqual({ ok: true, settings: {} });
  expect(changedSettings({}, { field: "worker", value: "Not A Label" })).toMatchObject({ ok: false, message: expect.stringContaining("lower-case") });
  expect(changedSettings({}, { field: "budget", value: "1.5x" })).toMatchObject({ ok: false });
  expect(changedSettings({}, { field: "minutes", value: 100_000 })).toMatchObject({ ok: false, message: "A number of minutes, at most 1,440." });
});
