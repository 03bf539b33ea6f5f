import { expect, test } from "vitest";
import { createOpenFiles } from "./open-files.ts";

function opened() {
  const clock = { now: 0 };
  const files = createOpenFiles({ form: { files: 3, bytes: 100 }, sender: { files: 2, bytes: 60 }, now: () => clock.now });
  const send = (hash: string, { sender = "ann", bytes = 10, form = "form" }: { sender?: string; bytes?: number; form?: string } = {}) =>
    files.take({ form, sender }, pieces(bytes), async (content) => {
      for await (const _ of content);
      return { $asset: hash };
    });
  return { clock, files, send };
}

async function* pieces(bytes: number) {
  for (let rest = bytes; rest > 0; rest -= 10) yield new Uint8Array(Math.min(10, rest));
}

test("a form takes so many files of one sender, and of everybody, until they are submitted", async () => {
  const { files, send } = opened();
  await send("a");
  await send("b");
  await expect(send("c")).rejects.toMatchObject({ code: "rate-limited", details: { retryAfter: 3_600 } });
  await send("c", { sender: "ben" });
  await expect(send("d", { sender: "cy" })).rejects.toMatchObject({ code: "rate-limited" });
  await send("d", { sender: "cy", form: "another" });
  files.submitted("form", new Set(["a", "x"]));
  await send("d", { sender: "cy" });
});

test("bytes count while they come, and not once a file is refused or an hour has passed", async () => {
  const { clock, send } = opened();
  await expect(send("a", { bytes: 70 })).rejects.toMatchObject({ code: "rate-limited" });
  await send("a", { bytes: 60 });
  await expect(send("b")).rejects.toMatchObject({ code: "rate-limited" });
  await expect(send("b", { sender: "ben", bytes: 50 })).rejects.toMatchObject({ code: "rate-limited" });
  clock.now += 3_600_001;
  for (const hash of ["a", "b"]) await send(hash);
});
