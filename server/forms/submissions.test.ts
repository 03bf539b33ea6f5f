import { expect, test } from "vitest";
import { ANONYMOUS } from "../auth/actor.ts";
import { createProvenTexts } from "../auth/proven-text.ts";
import type { BeginRun } from "../hooks/begin-run.ts";
import type { FormRow } from "../store/forms.ts";
import { filesInValue } from "./files-in-value.ts";
import { submissionSummary } from "./submission-summary.ts";
import { createSubmissions } from "./submissions.ts";

const FORM: FormRow = {
  ...{ id: "form_a", workspaceId: "workspace_a", documentId: "graph_a", token: "t", isOpen: true, title: "Form", description: "" },
  ...{ audience: "link", perHour: 10, dailyBudget: 5, createdAt: new Date(), createdBy: "ada", updatedAt: new Date() },
  ...{ workspace: "Looms", publishedRevision: 1, publishedBy: "grace", archived: false },
};

function started(spent: number) {
  const begun: BeginRun[] = [];
  const released: string[] = [];
  const never = () => Promise.reject(new Error("It is not asked for."));
  const submissions = createSubmissions({
    forms: { ofGraph: never, byToken: async () => FORM, read: never, set: never, renew: never },
    store: {
      ...{ read: never, list: never, ended: never, begun: async () => undefined },
      claim: async ({ id }) => ({ type: "taken", id }),
      release: async (id) => void released.push(id),
      spentToday: async () => spent,
    },
    begin: async (given) => {
      begun.push(given);
      return { run: { id: "run_a" as never }, created: true, unfollow: () => undefined };
    },
    entryOf: async () => ({ schema: { type: "object", properties: {} }, files: [] }),
    ...{ asksPerson: never, partsOf: never, blobs: () => ({ size: never, get: never, put: never }) },
    proven: createProvenTexts(new Uint8Array(32)),
  });
  const submit = () => submissions.submit("t", { input: {}, proofs: [], key: "k".repeat(20) }, { actor: ANONYMOUS, mayUse: async () => false });
  return { submit, begun, released };
}

test("a run may cost what is left of the day, and acts as whoever published the graph", async () => {
  const { submit, begun } = started(3);
  await submit();
  expect(begun).toMatchObject([{ budget: 2, actor: "grace", trigger: "form", revision: 1 }]);
});

test("when the day's money is spent nothing begins, and the place within the hour is given back", async () => {
  const { submit, begun, released } = started(5);
  await expect(submit()).rejects.toMatchObject({ code: "rate-limited", message: expect.stringContaining("may spend in a day") });
  expect(begun).toEqual([]);
  expect(released).toHaveLength(1);
});

test("files are found however deep they are named, and however little is told of them", () => {
  expect([...filesInValue({ a: [{ b: { $asset: "one" } }], c: { $asset: "two", name: "x" }, d: "$asset" })]).toEqual(["one", "two"]);
});

test("a summary is one line of what was filled in", () => {
  const file = { $asset: "0".repeat(64), name: "loom.png", mediaType: "image/png", bytes: 1 };
  expect(submissionSummary({ b: 3, a: "two\nlines", c: null, d: ["x", "y"], e: file, f: "" }, ["a", "b", "c", "d", "e", "f", "g"])).toBe(
    "two lines · 3 · x, y · loom.png",
  );
  expect(submissionSummary({ a: "x".repeat(900) }, ["a"])).toHaveLength(400);
});
