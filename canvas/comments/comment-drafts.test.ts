import { expect, it } from "vitest";
import { changePending, keepWritten, pendingAt, useCommentDrafts } from "./comment-drafts.ts";

it("keeps what is written at each place until it is forgotten", () => {
  const written = () => useCommentDrafts.getState().written;
  keepWritten("one", { body: "long", mentions: [] });
  keepWritten("two", { body: "other", mentions: [] });
  expect(written()).toMatchObject({ one: { body: "long" }, two: { body: "other" } });
  keepWritten("one", undefined);
  expect(Object.keys(written())).toEqual(["two"]);
});

it("keeps what could not be sent, by place, and the same empty list for the others", () => {
  const at = (place: string) => pendingAt(place)(useCommentDrafts.getState());
  changePending("one", (all) => [...all, { key: "first", body: "x", mentions: [], problem: undefined }]);
  changePending("one", (all) => all.map((each) => ({ ...each, problem: "offline" })));
  expect(at("one")).toMatchObject([{ key: "first", problem: "offline" }]);
  expect(at("two")).toBe(at("three"));
  changePending("one", () => []);
  expect(useCommentDrafts.getState().pending).toEqual({});
});
