import { expect, it, vi } from "vitest";
import { ApiProblem, problemOf } from "../api/api-problem.ts";
import { whenTaken } from "./when-taken.ts";

const full = problemOf(429, { type: "t", title: "Too many requests", status: 429, code: "rate-limited", detail: "Try again in 2 s.", retryAfter: 2 });
const given = (signal = new AbortController().signal) => ({ signal, onWait: vi.fn(), secondMs: 1 });

it("waits as long as it is told, and sends again", async () => {
  const send = vi.fn<() => Promise<string>>().mockRejectedValueOnce(full).mockRejectedValueOnce(full).mockResolvedValue("stored");
  const waiting = given();
  expect(await whenTaken(send, waiting)).toBe("stored");
  expect(send).toHaveBeenCalledTimes(3);
  expect(waiting.onWait).toHaveBeenCalledTimes(2);
});

it("tells what else goes wrong, and gives up in the end", async () => {
  const broken = new ApiProblem("unprocessable", "It is no picture.", { status: 422, title: "Refused" });
  const send = vi.fn<() => Promise<string>>().mockRejectedValue(broken);
  await expect(whenTaken(send, given())).rejects.toBe(broken);
  expect(send).toHaveBeenCalledOnce();
  await expect(whenTaken(vi.fn<() => Promise<string>>().mockRejectedValue(full), given())).rejects.toBe(full);
});

it("ends at once when it is stopped while it waits", async () => {
  const stop = new AbortController();
  const send = vi.fn<() => Promise<string>>().mockRejectedValue(full);
  const sent = whenTaken(send, { ...given(stop.signal), secondMs: 60_000 });
  await vi.waitFor(() => expect(send).toHaveBeenCalledOnce());
  stop.abort(new Error("stopped"));
  await expect(sent).rejects.toThrow("stopped");
  expect(send).toHaveBeenCalledOnce();
});
